// How long a reply took: making it and hearing it, side by side on one clock that starts when it was asked for.
import type { ReplyFacts } from '../state/turns';
import './timing-plot.css';

export function TimingPlot({ reply, seconds }: { reply: ReplyFacts; seconds: number }) {
  const { readingSeconds, firstAudioSeconds, totalSeconds, realTimeFactor } = reply.timings!;
  const end = Math.max(totalSeconds, firstAudioSeconds + seconds);
  const at = (time: number) => `${(100 * time) / end}%`;
  return (
    <figure class="timing">
      <figcaption>
        <h3>Time</h3>
        <p>
          {realTimeFactor < 1
            ? `Made ${(1 / realTimeFactor).toFixed(1)} times as fast as it is spoken.`
            : `Made more slowly than it is spoken: ${realTimeFactor.toFixed(1)} s for every second.`}
        </p>
      </figcaption>
      <div class="clock" aria-hidden="true">
        <span class="bar made" style={{ left: 0, width: at(totalSeconds) }} />
        <span class="bar heard" style={{ left: at(firstAudioSeconds), width: at(seconds) }} />
        <span class="mark" style={{ left: at(firstAudioSeconds) }} />
      </div>
      <dl>
        <Row name="Reading the history" value={readingSeconds} />
        <Row name="First sound ready" value={firstAudioSeconds} />
        {reply.heardAfterSeconds !== undefined && (
          <Row name="First sound in this browser" value={reply.heardAfterSeconds} />
        )}
        <Row name="All of it made" value={totalSeconds} kind="made" />
        <Row name="Speech" value={seconds} kind="heard" />
        <div>
          <dt>Real-time factor</dt>
          <dd>{realTimeFactor.toFixed(2)}</dd>
        </div>
      </dl>
    </figure>
  );
}

function Row({ name, value, kind }: { name: string; value: number; kind?: 'made' | 'heard' }) {
  return (
    <div data-kind={kind}>
      <dt>{name}</dt>
      <dd>{value.toFixed(2)} s</dd>
    </div>
  );
}
