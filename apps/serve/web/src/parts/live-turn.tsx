// The reply that is being spoken: its waveform grows as the sound arrives, and fills as it is heard.
import type { LiveReply } from '../state/speaking';
import { longestSeconds } from '../state/time-scale';
import { turns } from '../state/turns';
import { LiveWaveform } from './live-waveform';
import { VoiceMark } from './voice-mark';

export function LiveTurn({ reply }: { reply: LiveReply }) {
  const began = reply.seconds > 0;
  return (
    <li class="turn live" data-role="agent">
      <article aria-label="The agent speaks now">
        <h2 class="speaker">
          <VoiceMark role="agent" />
          Agent
          <span class="number">{turns.value.length + 1}</span>
        </h2>
        <p class="words">{reply.text}</p>
        <div class="sound">
          {began ? (
            <LiveWaveform reply={reply} share={reply.seconds / longestSeconds.value} />
          ) : (
            <p class="listening">listening to what was said …</p>
          )}
        </div>
      </article>
    </li>
  );
}
