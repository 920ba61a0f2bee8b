// The reply's speech tokens: one cell each, the same colour wherever the same token is; and as numbers for those who want them.
import './token-strip.css';

/** Turns of the golden angle: neighbouring numbers get colours far apart. */
const HUE_STEP = 137.508;

export function TokenStrip({ tokens }: { tokens: readonly number[] }) {
  const different = new Set(tokens).size;
  return (
    <div class="tokens">
      <div class="token-strip" role="img" aria-label={`${tokens.length} tokens, ${different} of them different`}>
        {tokens.map((token, index) => (
          <i key={index} title={String(token)} style={{ '--hue': (token * HUE_STEP) % 360 }} />
        ))}
      </div>
      <details>
        <summary>
          {tokens.length} tokens, {different} different
        </summary>
        <p class="token-numbers">{tokens.join(' ')}</p>
      </details>
    </div>
  );
}
