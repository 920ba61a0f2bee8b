// The reply that is being spoken: its waveform grows as the sound arrives, and fills as it is heard.
import { useEffect, useState } from 'preact/hooks';
import type { LiveReply } from '../state/speaking';
import { longestSeconds } from '../state/time-scale';
import { turns } from '../state/turns';
import { LiveWaveform } from './live-waveform';
import { SpokenWords } from './spoken-words';
import { VoiceMark } from './voice-mark';

export function LiveTurn({ reply }: { reply: LiveReply }) {
  const began = reply.seconds > 0;
  const heard = useHeard(reply);
  return (
    <li class="turn live" data-role="agent">
      <article aria-label="The agent speaks now">
        <h2 class="speaker">
          <VoiceMark role="agent" />
          Agent
          {reply.speaker !== undefined && <span class="number">as {reply.speaker}</span>}
          <span class="number">{turns.value.length + 1}</span>
        </h2>
        <SpokenWords text={reply.text} words={reply.words} seconds={heard} />
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

/** How far it has been heard, from when the times of its words are known. */
function useHeard({ words, player }: LiveReply): number | undefined {
  const [heard, setHeard] = useState<number>();
  useEffect(() => {
    if (!words || !player) return;
    let frame = 0;
    const look = () => {
      setHeard(Math.round(20 * player.playedSeconds) / 20);
      frame = requestAnimationFrame(look);
    };
    look();
    return () => cancelAnimationFrame(frame);
  }, [words, player]);
  return heard;
}
