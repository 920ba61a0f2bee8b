// One turn: who, the words, the sound; for a reply also how it was made.
import { useState } from 'preact/hooks';
import { longestSeconds } from '../state/time-scale';
import { speakerName, type Turn } from '../state/turns';
import { Player } from './player';
import { ReplyFooter } from './reply-footer';
import { SaveWav } from './save-wav';
import { SpokenWords } from './spoken-words';
import './turn-row.css';
import { VoiceMark } from './voice-mark';

export function TurnRow({ turn, number }: { turn: Turn; number: number }) {
  const { role, text, speaker, clip } = turn;
  const [heard, setHeard] = useState<number>();
  const title = `turn-${turn.key}`;
  const whose = `${role === 'user' ? 'your' : 'the agent’s'} turn ${number}`;
  return (
    <li class="turn" data-role={role}>
      <article aria-labelledby={title}>
        <h2 class="speaker" id={title}>
          <VoiceMark role={role} />
          {speakerName(role)}
          {speaker !== undefined && <span class="number">as {speaker}</span>}
          <span class="number">
            <span class="unseen">, turn </span>
            {number}
          </span>
        </h2>
        <SpokenWords text={text} words={turn.reply?.words} seconds={heard} />
        {clip ? (
          <div class="sound">
            <Player
              clip={clip}
              role={role}
              name={whose}
              share={clip.seconds / longestSeconds.value}
              onHeard={setHeard}
            />
            {!turn.reply && <SaveWav clip={clip} name={`turn-${number}-${role}.wav`} of={whose} />}
          </div>
        ) : (
          <p class="wordless">words only</p>
        )}
        {turn.reply && clip && <ReplyFooter turn={turn} number={number} />}
      </article>
    </li>
  );
}
