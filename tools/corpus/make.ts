// Makes the corpus of the embedded voice: npm run corpus -- --out runs/corpus [--config FILE] [--dialogues N] [--jobs N].
// A run that was stopped goes on where it was: finished wav files are kept as long as the configuration and the grammar are the same.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readWavFile, writeWavFile } from '@gpt-talker/audio';
import { CorpusConfigError, type CorpusConfig, readCorpusConfig } from './config';
import { type PlannedDialogue, planDialogues } from './dialogues';
import { FLITE_SAMPLE_RATE, FliteError, requireFlite, speak, type Style } from './flite';
import { GrammarError, readGrammar } from './grammar';
import { type CorpusDialogue, MANIFEST_NAME } from './manifest';
import { Random } from './random';

const ROOT = path.resolve(__dirname, '../..');
const DEFAULT_JOBS = 2;
/** Polite to whatever else runs on the machine. */
const NICENESS = 10;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      config: { type: 'string' },
      dialogues: { type: 'string' },
      jobs: { type: 'string' },
    },
  });
  const folder = values.out ?? path.join(ROOT, 'runs/corpus');
  setPriority(NICENESS);
  const config = readCorpusConfig(values.config ?? path.join(ROOT, 'configs/voice-tiny.corpus.json'));
  if (values.dialogues !== undefined) config.dialogues = Number(values.dialogues);
  await requireFlite(Object.values(config.voices).map(({ voice }) => voice));
  const dialogues = planDialogues(readGrammar(path.join(__dirname, 'grammar')), config);
  await claimFolder(folder, { config, dialogues });

  const started = Date.now();
  const finished: CorpusDialogue[] = new Array(dialogues.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < dialogues.length) {
      const index = next++;
      finished[index] = await speakDialogue(dialogues[index], config, folder);
      if (++done % 50 === 0)
        process.stderr.write(`\r${done}/${dialogues.length} dialogues, ${Math.round((Date.now() - started) / 1000)} s`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs ?? DEFAULT_JOBS) }, worker));
  process.stderr.write('\n');
  const manifest = path.join(folder, MANIFEST_NAME);
  await writeFile(`${manifest}.partial`, finished.map((dialogue) => `${JSON.stringify(dialogue)}\n`).join(''));
  await rename(`${manifest}.partial`, manifest);
  console.log(summary(finished, (Date.now() - started) / 1000, manifest));
}

/** Refuses to mix two corpora in one folder. */
async function claimFolder(
  folder: string,
  made: { config: CorpusConfig; dialogues: PlannedDialogue[] },
): Promise<void> {
  const stamp = path.join(folder, 'corpus.sha256');
  const digest = createHash('sha256').update(JSON.stringify(made)).digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')).trim() !== digest) {
    throw new CorpusConfigError(
      `${folder}: holds a corpus of another configuration or grammar; delete it or choose another --out`,
    );
  }
  await mkdir(path.join(folder, 'audio'), { recursive: true });
  await writeFile(stamp, `${digest}\n`);
}

async function speakDialogue(dialogue: PlannedDialogue, config: CorpusConfig, folder: string): Promise<CorpusDialogue> {
  const turns: CorpusDialogue['turns'] = [];
  for (const [index, turn] of dialogue.turns.entries()) {
    const audio = `audio/${dialogue.id}-${index}-${turn.speaker}.wav`;
    const file = path.join(folder, audio);
    let samples: Float32Array;
    if (existsSync(file)) {
      ({ samples } = await readWavFile(file));
    } else {
      samples = await speak(turn.text, {
        voice: config.voices[turn.speaker],
        style: jittered(config.styles[turn.style], config.jitter, new Random(`${config.seed}/${audio}`)),
        levelDecibels: config.levelDecibels,
        keepSilenceSeconds: config.keepSilenceSeconds,
      });
      await writeWavFile(file, { samples, sampleRate: FLITE_SAMPLE_RATE });
    }
    turns.push({ ...turn, audio, seconds: Number((samples.length / FLITE_SAMPLE_RATE).toFixed(3)) });
  }
  return { ...dialogue, turns };
}

function jittered(style: Style, jitter: number, random: Random): Style {
  const factor = (): number => 1 + random.between(-jitter, jitter);
  return {
    pitch: style.pitch * factor(),
    liveliness: style.liveliness * factor(),
    stretch: style.stretch * factor(),
    gainDecibels: style.gainDecibels + 20 * Math.log10(factor()),
  };
}

function summary(dialogues: readonly CorpusDialogue[], seconds: number, manifest: string): string {
  const turns = dialogues.flatMap((dialogue) => dialogue.turns);
  const hours = turns.reduce((sum, turn) => sum + turn.seconds, 0) / 3600;
  const words = new Set(turns.flatMap((turn) => turn.text.toLowerCase().match(/[a-z']+/g) ?? []));
  const distinct = new Set(turns.map((turn) => turn.text)).size / turns.length;
  const validation = dialogues.filter((dialogue) => dialogue.split === 'validation').length;
  return [
    `${dialogues.length} dialogues (${validation} for validation), ${turns.length} utterances, ${hours.toFixed(2)} hours of speech in ${Math.round(seconds)} s`,
    `${words.size} different words, ${(100 * distinct).toFixed(1)} % distinct sentences`,
    manifest,
  ].join('\n');
}

main().catch((error: unknown) => {
  const expected = error instanceof FliteError || error instanceof CorpusConfigError || error instanceof GrammarError;
  console.error(expected ? error.message : error);
  process.exitCode = expected ? 2 : 1;
});
