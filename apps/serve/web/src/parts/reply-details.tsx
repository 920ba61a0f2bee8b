// Inside a reply: what the voice made (mel picture and tokens), how its pitch answers the turn before, with and without
// history, and how long everything took.
import { soundBefore, speakerName, type Turn } from '../state/turns';
import { Comparison } from './comparison';
import { MelPicture } from './mel-picture';
import { PitchPlot } from './pitch-plot';
import './reply-details.css';
import { TimingPlot } from './timing-plot';
import { TokenNumbers, TokenStrip } from './token-strip';
import { useFeatures } from './use-features';

export function ReplyDetails({ turn }: { turn: Turn }) {
  const tokens = turn.reply?.tokens;
  const before = soundBefore(turn);
  const features = useFeatures(turn.clip);
  const beforeFeatures = useFeatures(before?.clip);
  if (!features) return <p class="details-wait">Measuring …</p>;
  return (
    <div class="details" data-role="agent">
      <figure>
        <figcaption>
          <h3>Sound and tokens</h3>
          <p>The mel picture of the reply, over the speech tokens that it was made from: 25 a second.</p>
        </figcaption>
        <MelPicture features={features}>{tokens && <TokenStrip tokens={tokens} />}</MelPicture>
        {tokens && <TokenNumbers tokens={tokens} />}
      </figure>
      <figure>
        <figcaption>
          <h3>Pitch against the last turn</h3>
          <p>
            {before
              ? 'Both on one scale; the dotted lines are where each voice mostly is.'
              : 'There was no sound before this reply to compare it with.'}
          </p>
        </figcaption>
        <PitchPlot
          tracks={[
            ...(before && beforeFeatures
              ? [{ label: speakerName(before.role), role: before.role, features: beforeFeatures }]
              : []),
            { label: 'Agent', role: 'agent' as const, features },
          ]}
        />
      </figure>
      {turn.bare && <Comparison turn={turn} bare={turn.bare} />}
      {turn.reply?.timings && <TimingPlot reply={turn.reply} seconds={turn.clip!.seconds} />}
    </div>
  );
}
