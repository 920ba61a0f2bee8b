// The turns, oldest first, each on its voice's side.
import { useEffect } from 'preact/hooks';
import { live } from '../state/speaking';
import { turns } from '../state/turns';
import './conversation.css';
import { LiveTurn } from './live-turn';
import { TurnRow } from './turn-row';

export function Conversation() {
  const speaking = live.value !== undefined && live.value.comparedWith === undefined;
  const count = turns.value.length;
  // The newest turn comes into sight above the dock, which is the page's last part.
  useEffect(() => {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    scrollTo({ top: document.documentElement.scrollHeight, behavior: calm ? 'auto' : 'smooth' });
  }, [count, speaking]);
  return (
    <section aria-label="Conversation" class="conversation">
      <ol class="turns">
        {turns.value.map((turn, index) => (
          <TurnRow key={turn.key} turn={turn} number={index + 1} />
        ))}
        {speaking && <LiveTurn reply={live.value!} />}
      </ol>
    </section>
  );
}
