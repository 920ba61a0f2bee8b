// gpt-talker voice check: whether a voice is whole, fits together and speaks; with the weights that it was made of, whether its graphs
// compute what the model's definition does.
import type { Talker } from '@gpt-talker/talker';
import { Command } from 'commander';
import { CheckError } from '../report-error';
import { loadTrain } from './load-train';

interface CheckOptions {
  from: string[];
  text?: string;
  json?: boolean;
}

/** What is spoken where --text does not say, by language. */
const SENTENCES: Readonly<Record<string, string>> = {
  en: 'This is how I sound today.',
  zh: '今天天气真好。',
  yue: '今日天氣好好。',
};

export function checkCommand(): Command {
  return new Command('check')
    .description('Checks hashes and graphs of a voice, and that it speaks.')
    .argument('<folder>', 'folder of the voice')
    .option(
      '--from <checkpoint>',
      'compare the graphs with the weights that they were made of; repeatable: .ckpt, .pth, speaker encoder',
      (file: string, known: string[]) => [...known, file],
      [] as string[],
    )
    .option('--text <text>', 'what it says')
    .option('--json', 'print one JSON object')
    .action((folder: string, options: CheckOptions) => check(folder, options));
}

async function check(folder: string, { from, text, json }: CheckOptions): Promise<void> {
  const { Talker } = await import('@gpt-talker/talker');
  const say = (line: string) => json || process.stdout.write(`${line}\n`);
  // Files with their hashes, then graphs with their inputs and outputs: each failure names what is wrong.
  const talker = await Talker.load(folder);
  const { manifest } = talker;
  say(`files: ${Object.keys(manifest.files).length}, as voice.json says`);
  say('graphs: inputs and outputs as this version needs them');
  let seconds: number;
  try {
    seconds = await speaks(talker, text ?? SENTENCES[manifest.languages[0]]);
  } finally {
    await talker.dispose();
  }
  say(`speech: ${seconds.toFixed(2)} s, finite and not silent`);
  const compared = from.length > 0 ? await compare(folder, from) : [];
  for (const { graph, output, difference, tolerance } of compared) {
    const verdict = difference <= tolerance ? 'fits' : 'DIFFERS';
    say(
      `${graph}.onnx ${output}: ${verdict}, off by ${(100 * difference).toFixed(2)} % of ${(100 * tolerance).toFixed(0)} % allowed`,
    );
  }
  if (json)
    process.stdout.write(
      `${JSON.stringify({ name: manifest.name, files: Object.keys(manifest.files).length, seconds, compared })}\n`,
    );
  const wrong = compared.filter(({ difference, tolerance }) => !(difference <= tolerance));
  if (wrong.length > 0) {
    const graphs = [...new Set(wrong.map(({ graph }) => `${graph}.onnx`))].join(', ');
    throw new CheckError(
      `${folder}: ${graphs} does not compute what the weights say; import the voice again from them`,
    );
  }
}

/** Speaks a sentence as the answer to nothing; where the voice has no reference, to a tone. */
async function speaks(talker: Talker, text: string): Promise<number> {
  const { manifest } = talker;
  const samples = Float32Array.from({ length: 4 * manifest.sampleRate }, (_, n) => 0.1 * Math.sin(n / 25));
  const reference = manifest.references.length > 0 ? undefined : { samples, sampleRate: manifest.sampleRate };
  const sampling = { maximumTokens: 100 };
  const { audio } = await talker.reply({ turns: [] }, text, { seed: 0, sampling, reference });
  if (!audio.samples.every(Number.isFinite))
    throw new CheckError(
      `${manifest.name}: what it says is not all finite; import it again, or with --weights float32`,
    );
  if (!audio.samples.some((sample) => sample !== 0)) throw new CheckError(`${manifest.name}: what it says is silence`);
  return audio.samples.length / audio.sampleRate;
}

async function compare(folder: string, checkpoints: readonly string[]) {
  const { compareGraphs } = await loadTrain('--from');
  return compareGraphs({ voice: folder, checkpoints });
}
