// The preview's markup: no outside resources, readable at phone width, light and dark. Spectrograms are drawn by a small script
// from the bytes in the page; everything else is plain HTML and SVG.
import { type Named, type PrepareReport } from '../pipeline/report';
import { type PreparedTurn, type Split } from '../store/types';
import { bars } from './bars';
import { escaped } from './escape';

export interface PreviewSample {
  id: string;
  split: Split;
  /** Of the dialogue. */
  turns: number;
  /** Which of them is shown, from 0. */
  number: number;
  turn: PreparedTurn;
  phonemes: string[];
  /** Phonemes by word. */
  words: string[];
  /** Base64. */
  wav: string;
  peaks: [number, number][];
  mel: { mels: number; frames: number; bytes: string };
  shownSeconds: number;
}

export function pageStart(report: PrepareReport, { shown, all }: { shown: number; all: number }): string {
  const { dialogues, turns, seconds, splits, languages, stages } = report;
  const facts = [
    ['dialogues', dialogues],
    ['turns', turns],
    ['hours', (seconds / 3600).toFixed(2)],
    ['held-out dialogues', splits.validation.dialogues],
    [
      'languages',
      Object.entries(languages)
        .map(([language, count]) => `${language} ${count}`)
        .join(', '),
    ],
    ['turns for ConGPT', stages.gpt.targets],
    ['turns for ConVITS', stages.vits.targets],
  ];
  const reasons = report.steps.flatMap(({ step, skipped }) =>
    Object.entries(skipped).map(([reason, value]) => ({ reason: `${step}: ${reason}`, value })),
  );
  const history = Object.entries(stages).flatMap(([stage, { excluded }]) =>
    Object.entries(excluded).map(([reason, value]) => ({ reason: `${stage}, history only: ${reason}`, value })),
  );
  const notes = Object.entries(report.notes).map(([reason, value]) => ({ reason: `to know: ${reason}`, value }));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Prepared corpus: ${escaped(report.corpus)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Prepared corpus</h1>
<p class="path">${escaped(report.corpus)} (${escaped(report.format)})</p>
<dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escaped(String(value))}</dd></div>`).join('')}</dl>
</header>
<section>
<h2>How long turns are</h2>
${bars(
  report.durations.map((count, index) => ({ label: `${index / 2} s`, value: count })),
  { caption: 'Kept turns by duration, half a second a bar' },
)}
</section>
<section>
<h2>What was left out, and what to know</h2>
${reasonTable([...reasons, ...history, ...notes])}
</section>
<h2>${shown === all ? `One turn of each of ${all} dialogues` : `One turn of ${shown} of ${all} dialogues`}</h2>
`;
}

export function sampleSection(sample: PreviewSample): string {
  const { id, split, turns, number, turn, words, phonemes, mel } = sample;
  const about = [
    `turn ${number + 1} of ${turns}`,
    `${turn.role}, speaker ${turn.speaker}`,
    turn.language ?? '',
    `${turn.seconds.toFixed(2)} s`,
    `${turn.phonemes.length} phonemes`,
    `${turn.tokens.length} tokens`,
    split === 'validation' ? 'held out' : '',
    turn.excludedFrom ? `history only for ${turn.excludedFrom.join(' and ')}` : '',
  ].filter((fact) => fact !== '');
  const reading = words.length > 0 ? words : [phonemes.join(' ')];
  const cut = sample.shownSeconds < turn.seconds - 0.05 ? ` <small>(the first ${sample.shownSeconds} s)</small>` : '';
  return `<article>
<h3>${escaped(id)}${turn.name ? ` <small>${escaped(turn.name)}</small>` : ''}</h3>
<p class="about">${about.map(escaped).join(' · ')}${cut}</p>
<p class="text">${escaped(turn.text)}</p>
${waveform(sample.peaks)}
<canvas data-mels="${mel.mels}" data-frames="${mel.frames}" data-bytes="${mel.bytes}" role="img" aria-label="Mel spectrogram"></canvas>
<audio controls preload="none" src="data:audio/wav;base64,${sample.wav}"></audio>
<p class="phonemes">${reading.map((word) => `<span>${escaped(word)}</span>`).join(' ')}</p>
<details><summary>${turn.tokens.length} tokens</summary><p class="tokens">${turn.tokens.join(' ')}</p></details>
</article>
`;
}

export function pageEnd(): string {
  return `<script>${SCRIPT}</script>
</body>
</html>
`;
}

const MOST_NAMES = 200;

function reasonTable(rows: { reason: string; value: Named }[]): string {
  if (rows.length === 0) return '<p>Nothing was left out.</p>';
  const most = Math.max(...rows.map(({ value }) => value.count));
  const lines = rows.map(({ reason, value: { count, names } }) => {
    const more = count > MOST_NAMES ? ` and ${count - MOST_NAMES} more, see report.json` : '';
    const width = Math.max(1, Math.round((100 * count) / most));
    return `<tr><td>${escaped(reason)}<div class="bar" style="width:${width}%"></div>
<details><summary>names</summary><p class="tokens">${escaped(names.slice(0, MOST_NAMES).join(', '))}${more}</p></details></td><td class="count">${count}</td></tr>`;
  });
  return `<table><tbody>${lines.join('\n')}</tbody></table>`;
}

function waveform(peaks: readonly [number, number][]): string {
  const y = (value: number) => (50 - 48 * value).toFixed(1);
  const upper = peaks.map(([, high], x) => `${x},${y(high)}`);
  const lower = peaks.map(([low], x) => `${x},${y(low)}`).reverse();
  return `<svg class="wave" viewBox="0 0 ${peaks.length} 100" preserveAspectRatio="none" role="img" aria-label="Waveform"><polygon points="${[...upper, ...lower].join(' ')}"/></svg>`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5c6777; --line: #d8dee7; --paper: #f6f8fa; --card: #fff; --accent: #2f6fb2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6ebf2; --soft: #9aa7b8; --line: #303a47; --paper: #12171e; --card: #1a212b; --accent: #6ba9e8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
h1 { margin: 0; font-size: 1.6rem; } h2 { margin: 2.2rem 0 .8rem; font-size: 1.15rem; } h3 { margin: 0; font-size: 1rem; }
small, .path, .about { color: var(--soft); font-weight: normal; } .path, .tokens { overflow-wrap: anywhere; }
dl { display: flex; flex-wrap: wrap; gap: .6rem 2rem; margin: 1rem 0 0; } dt { color: var(--soft); font-size: .85rem; } dd { margin: 0; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
article { margin: 0 0 1rem; padding: 1rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); }
.about { margin: .1rem 0 .4rem; font-size: .85rem; } .text { margin: 0 0 .6rem; font-size: 1.05rem; }
.wave { display: block; width: 100%; height: 4.5rem; } .wave polygon { fill: var(--accent); stroke: var(--accent); stroke-width: .4; vector-effect: non-scaling-stroke; }
canvas { display: block; width: 100%; height: 7rem; margin: .4rem 0; border-radius: .3rem; image-rendering: auto; }
audio { width: 100%; height: 2.4rem; }
.phonemes { margin: .5rem 0; font: .85rem/1.9 ui-monospace, monospace; } .phonemes span { padding: .1rem .35rem; border: 1px solid var(--line); border-radius: .3rem; white-space: nowrap; }
.tokens { margin: .3rem 0 0; font: .8rem/1.5 ui-monospace, monospace; color: var(--soft); } summary { cursor: pointer; color: var(--soft); font-size: .85rem; }
table { width: 100%; border-collapse: collapse; } td { padding: .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; } .count { text-align: right; font-variant-numeric: tabular-nums; }
.bar { height: .35rem; margin: .15rem 0; border-radius: .2rem; background: var(--accent); }
.bars { display: block; width: 100%; height: 9rem; } .bars rect { fill: var(--accent); } .bars text { fill: var(--soft); font-size: 11px; } figure { margin: 0; } figcaption { color: var(--soft); font-size: .85rem; }
`;

/** Draws the spectrograms: low bands at the bottom, from dark over blue and orange to white. */
const SCRIPT = `
const stops = [[0, 8, 12, 24], [90, 24, 60, 130], [160, 200, 80, 60], [215, 250, 180, 70], [255, 255, 252, 230]];
const colours = Array.from({ length: 256 }, (_, value) => {
  const next = Math.max(1, stops.findIndex((stop) => stop[0] >= value));
  const [from, to] = [stops[next - 1], stops[next]];
  const part = (value - from[0]) / (to[0] - from[0]);
  return [1, 2, 3].map((channel) => from[channel] + part * (to[channel] - from[channel]));
});
for (const canvas of document.querySelectorAll('canvas')) {
  const mels = Number(canvas.dataset.mels), frames = Number(canvas.dataset.frames);
  const bytes = Uint8Array.from(atob(canvas.dataset.bytes), (letter) => letter.charCodeAt(0));
  canvas.width = Math.max(1, frames); canvas.height = mels;
  const context = canvas.getContext('2d');
  const image = context.createImageData(canvas.width, mels);
  for (let mel = 0; mel < mels; mel++) for (let frame = 0; frame < frames; frame++)
    image.data.set([...colours[bytes[mel * frames + frame]], 255], 4 * ((mels - 1 - mel) * canvas.width + frame));
  context.putImageData(image, 0, 0);
}
`;
