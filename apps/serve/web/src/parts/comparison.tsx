// The same words and seed twice: fitted to the conversation, and as if nothing had been said.
import type { Clip } from '../sound/clip';
import type { Turn } from '../state/turns';
import './comparison.css';
import { MelPicture } from './mel-picture';
import { PitchPlot } from './pitch-plot';
import { Player } from './player';
import { useFeatures } from './use-features';

export function Comparison({ turn, bare }: { turn: Turn; bare: Clip }) {
  const own = turn.clip!;
  const features = useFeatures(own);
  const bareFeatures = useFeatures(bare);
  const longest = Math.max(own.seconds, bare.seconds);
  return (
    <figure class="comparison">
      <figcaption>
        <h3>With history and without</h3>
        <p>The same words and seed. What differs is what the voice had heard before.</p>
      </figcaption>
      <div class="takes">
        <h4>With</h4>
        <Player clip={own} role="agent" name="the reply with history" share={own.seconds / longest} />
        <h4 data-other>Without</h4>
        <Player clip={bare} role="agent" name="the reply without history" share={bare.seconds / longest} />
      </div>
      {features && bareFeatures && (
        <>
          <PitchPlot
            together
            tracks={[
              { label: 'With', role: 'agent', features },
              { label: 'Without', role: 'agent', features: bareFeatures, other: true },
            ]}
          />
          <h4>Mel picture without history</h4>
          <MelPicture features={bareFeatures} />
        </>
      )}
    </figure>
  );
}
