// A histogram as SVG.
import { escaped } from './escape';

const WIDTH = 800;
const HEIGHT = 140;
const FOOT = 18;
const MOST_BARS = 80;

/** Bars with the label of every so-many-th; what lies beyond the last bar that fits is added to it. */
export function bars(values: readonly { label: string; value: number }[], { caption }: { caption: string }): string {
  const shown = values.slice(0, MOST_BARS).map((bar) => ({ ...bar }));
  for (const { value } of values.slice(MOST_BARS)) shown[MOST_BARS - 1].value += value;
  if (values.length > MOST_BARS) shown[MOST_BARS - 1].label += '+';
  const most = Math.max(1, ...shown.map(({ value }) => value));
  const width = WIDTH / Math.max(12, shown.length);
  const every = Math.max(1, Math.ceil(shown.length / 16));
  const drawn = shown.map(({ label, value }, index) => {
    const height = ((HEIGHT - FOOT - 14) * value) / most;
    const x = index * width;
    const text = index % every === 0 ? `<text x="${x + 1}" y="${HEIGHT - 4}">${escaped(label)}</text>` : '';
    const count = value > 0 && width > 18 ? `<text x="${x + 1}" y="${HEIGHT - FOOT - height - 3}">${value}</text>` : '';
    return `<rect x="${x.toFixed(1)}" y="${(HEIGHT - FOOT - height).toFixed(1)}" width="${(width * 0.86).toFixed(1)}" height="${height.toFixed(1)}"><title>${escaped(label)}: ${value}</title></rect>${text}${count}`;
  });
  return `<figure><svg class="bars" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(caption)}">${drawn.join('')}</svg><figcaption>${escaped(caption)}</figcaption></figure>`;
}
