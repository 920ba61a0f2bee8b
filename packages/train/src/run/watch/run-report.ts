// A run as one HTML file: its curves, and the last samples to look at and to listen to.
import type { LogEntry } from '../run';
import { chart, dataUrl, escapeHtml, htmlPage, type Curve } from './html';

export interface ReportSample {
  tag: string;
  png?: Uint8Array;
  wav?: Uint8Array;
}

const MOST_POINTS = 1500;

export function runReport(title: string, log: readonly LogEntry[], samples: readonly ReportSample[]): string {
  const last = log[log.length - 1];
  const summary = last
    ? `${last.step} of ${last.totalSteps} steps, ${(last.seconds / 60).toFixed(1)} minutes of training`
    : 'No step has been logged.';
  const names = [...new Set(log.flatMap(({ metrics }) => Object.keys(metrics)))];
  const charts = [
    ...names.flatMap((name) => chartsOf(name, curve(log, 'train', name), curve(log, 'validation', name))),
    chart('learning rate', [points(log, 'train', ({ learningRate }) => learningRate)]),
    chart(`speed${speedUnit(log)}`, [points(log, 'train', ({ speed }) => speed?.perSecond)]),
  ];
  return htmlPage(
    title,
    `<h1>${escapeHtml(title)}</h1>\n<p>${escapeHtml(summary)}</p>\n<h2>Curves</h2>\n<div class="grid">${charts.join('\n')}</div>\n` +
      (samples.length > 0 ? `<h2>Samples</h2>\n<div class="grid">${samples.map(sampleFigure).join('\n')}</div>` : ''),
  );
}

function sampleFigure({ tag, png, wav }: ReportSample): string {
  return (
    `<figure><figcaption>${escapeHtml(tag)}</figcaption>` +
    (png ? `<img alt="spectrogram of ${escapeHtml(tag)}" src="${dataUrl('image/png', png)}">` : '') +
    (wav ? `<audio controls preload="none" src="${dataUrl('audio/wav', wav)}"></audio>` : '') +
    '</figure>'
  );
}

/** Both in one chart, or, where they have nothing in common (a weighted sum, and what is compared of it), each in its own. */
function chartsOf(name: string, train: Curve, validation: Curve): string[] {
  const range = ({ points: all }: Curve) => [Math.min(...all.map(({ y }) => y)), Math.max(...all.map(({ y }) => y))];
  const [[low, high], [lowest, highest]] = [range(train), range(validation)];
  const apart = train.points.length > 0 && validation.points.length > 0 && (lowest > 3 * high || low > 3 * highest);
  return apart
    ? [chart(name, [train]), chart(`${name}, validation`, [validation])]
    : [chart(name, [train, validation])];
}

const curve = (log: readonly LogEntry[], kind: LogEntry['kind'], name: string): Curve =>
  points(log, kind, ({ metrics }) => metrics[name]);

function points(
  log: readonly LogEntry[],
  kind: LogEntry['kind'],
  value: (entry: LogEntry) => number | undefined,
): Curve {
  const entries = log.filter((entry) => entry.kind === kind && value(entry) !== undefined);
  const every = Math.max(1, Math.ceil(entries.length / MOST_POINTS));
  const kept = entries.filter((_, index) => index % every === 0);
  return { name: kind, points: kept.map((entry) => ({ x: entry.step, y: value(entry)! })) };
}

function speedUnit(log: readonly LogEntry[]): string {
  const speed = log.find((entry) => entry.speed)?.speed;
  return speed ? `, ${speed.unit} a second` : '';
}
