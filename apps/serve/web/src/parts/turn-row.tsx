// One turn: who, the words, the sound; for a reply also how it was made.
import { longestSeconds } from '../state/time-scale';
import { speakerName, type Turn } from '../state/turns';
import { Player } from './player';
import { ReplyFooter } from './reply-footer';
import { SaveWav } from './save-wav';
import './turn-row.css';
import { VoiceMark } from './voice-mark';

export function TurnRow({ turn, number }: { turn: Turn; number: number }) {
  const { role, text, clip } = turn;
  const title = `turn-${turn.key}`;
  const whose = `${role === 'user' ? 'your' : 'the agent’s'} turn ${number}`;
  return (
    <li class="turn" data-role={role}>
      <article aria-labelledby={title}>
        <h2 class="speaker" id={title}>
          <VoiceMark role={role} />
          {speakerName(role)}
          <span class="number">
            <span class="unseen">, turn </span>
            {number}
          </span>
        </h2>
        <p class="words">{text}</p>
        {clip ? (
          <div class="sound">
            <Player clip={clip} role={role} name={whose} share={clip.seconds / longestSeconds.value} />
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
