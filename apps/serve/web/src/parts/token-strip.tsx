// The reply's speech tokens: one cell each, the same colour wherever the same token is; and as numbers for those who want them.
import './token-strip.css';

/** Turns of the golden angle: neighbouring numbers get colours far apart. */
const HUE_STEP = 137.508;

const count = (tokens: readonly number[]): string =>
  `${tokens.length} tokens, ${new Set(tokens).size} of them different`;

export function TokenStrip({ tokens }: { tokens: readonly number[] }) {
  return (
    <div class="token-strip" role="img" aria-label={count(tokens)}>
      {tokens.map((token, index) => (
        <i key={index} title={String(token)} style={{ '--hue': (token * HUE_STEP) % 360 }} />
      ))}
    </div>
  );
}

export function TokenNumbers({ tokens }: { tokens: readonly number[] }) {
  return (
    <details class="tokens">
      <summary>{count(tokens)}</summary>
      <p class="token-numbers">{tokens.join(' ')}</p>
    </details>
  );
}
