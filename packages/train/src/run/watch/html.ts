// What the reports share: a page that needs nothing from anywhere else, escaping, and curves as SVG.

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

export const dataUrl = (type: string, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2230; --paper: #fbfaf7; --line: #d9d5cb; --soft: #6a7080; --one: #2456a6; --two: #c2562d; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e0; --paper: #15181f; --line: #353a45; --soft: #9aa0ad; --one: #7fb0ff; --two: #ff9d73; } }
body { margin: 0 auto; max-width: 70rem; padding: 2rem 1.5rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } p { color: var(--soft); margin: .25rem 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.25rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 8px; padding: .75rem; } figcaption { font-size: .9rem; margin-bottom: .4rem; }
figure img { width: 100%; height: 8rem; object-fit: fill; image-rendering: pixelated; border-radius: 4px; } audio { width: 100%; margin-top: .4rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font-size: 10px; } .axis { stroke: var(--line); }
.one { stroke: var(--one); fill: none; stroke-width: 1.6; } .two { stroke: var(--two); fill: none; stroke-width: 1.6; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; } th, td { text-align: right; padding: .3rem .8rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th:first-child, td:first-child, td:nth-child(3) { text-align: left; } td:nth-child(3) { color: var(--soft); } .key-one { color: var(--one); } .key-two { color: var(--two); }`;

/** @param body HTML */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body>
${body}
</body></html>
`;
}

export interface Curve {
  name: string;
  points: readonly { x: number; y: number }[];
}

const WIDTH = 360;
const HEIGHT = 180;
const MARGIN = { left: 46, right: 10, top: 8, bottom: 20 };

/** Up to two curves over the same axis. */
export function chart(title: string, curves: readonly Curve[]): string {
  const drawn = curves.filter(({ points }) => points.some(({ y }) => Number.isFinite(y))).slice(0, 2);
  if (drawn.length === 0) return '';
  const all = drawn.flatMap(({ points }) => points.filter(({ y }) => Number.isFinite(y)));
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  const range = (values: number[]) => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(xs);
  const [low, high] = range(ys);
  const place = (value: number, from: number, to: number, size: number) => ((value - from) / (to - from || 1)) * size;
  const x = (value: number) => MARGIN.left + place(value, left, right, WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) => HEIGHT - MARGIN.bottom - place(value, low, high, HEIGHT - MARGIN.top - MARGIN.bottom);
  const lines = drawn.map(({ points }, index) => {
    const path = points
      .filter((point) => Number.isFinite(point.y))
      .map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
    return `<polyline class="${index === 0 ? 'one' : 'two'}" points="${path.join(' ')}"/>`;
  });
  const label = (value: number) =>
    Math.abs(value) >= 1000 || (value !== 0 && Math.abs(value) < 0.01) ? value.toExponential(1) : value.toPrecision(3);
  const key = drawn
    .map(({ name }, index) => `<span class="key-${index === 0 ? 'one' : 'two'}">${escapeHtml(name)}</span>`)
    .join(' · ');
  return `<figure><figcaption>${escapeHtml(title)} <small>${key}</small></figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">
<line class="axis" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${HEIGHT - MARGIN.bottom}" y2="${HEIGHT - MARGIN.bottom}"/>
<line class="axis" x1="${MARGIN.left}" x2="${MARGIN.left}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}"/>
<text x="${MARGIN.left - 4}" y="${MARGIN.top + 8}" text-anchor="end">${label(high)}</text>
<text x="${MARGIN.left - 4}" y="${HEIGHT - MARGIN.bottom}" text-anchor="end">${label(low)}</text>
<text x="${MARGIN.left}" y="${HEIGHT - 6}">${left}</text><text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 6}" text-anchor="end">${right}</text>
${lines.join('\n')}</svg></figure>`;
}
