// Measures a voice's intelligibility: npm run evaluate:voice [-- --json] [--sentences FILE] [--voice DIR] [--seed N] [--keep DIR].
// Prints textRetrieval (text → speech) and copyRetrieval (audio → tokens → audio); see evaluation.ts for what they are.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Audio, writeWavFile } from '@gpt-talker/audio';
import { readCorpusConfig } from '../corpus/config';
import { FLITE_SAMPLE_RATE, requireFlite, speak } from '../corpus/flite';
import { evaluate, type EvaluationReport, type Score } from './evaluation';
import { readSentences, SentencesError, sentencesInCorpus } from './sentences';
import { loadSubject } from './subject';

const ROOT = path.resolve(__dirname, '../..');
const CORPUS_CONFIG = path.join(ROOT, 'configs/voice-tiny.corpus.json');
const DEFAULTS = {
  voice: path.join(ROOT, 'packages/voice-tiny/voice'),
  sentences: path.join(ROOT, 'configs/voice-tiny.sentences.txt'),
  seed: '1',
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      voice: { type: 'string' },
      sentences: { type: 'string' },
      seed: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const config = readCorpusConfig(CORPUS_CONFIG);
  const file = values.sentences ?? DEFAULTS.sentences;
  const sentences = readSentences(file);
  const [trained] = sentencesInCorpus(sentences, config);
  if (trained)
    throw new SentencesError(`${file}: "${trained}" is in the corpus that the voice was trained on; choose another`);
  const agent = config.voices[config.agentSpeaker];
  await requireFlite([agent.voice]);

  const subject = await loadSubject(values.voice ?? DEFAULTS.voice);
  try {
    const references: Audio[] = [];
    for (const sentence of sentences) {
      const { levelDecibels, keepSilenceSeconds, styles } = config;
      const samples = await speak(sentence, { voice: agent, style: styles.plain, levelDecibels, keepSilenceSeconds });
      references.push({ samples, sampleRate: FLITE_SAMPLE_RATE });
    }
    const report = await evaluate(subject, {
      sentences,
      references,
      seed: Number(values.seed ?? DEFAULTS.seed),
      onProgress: (done, total) => process.stderr.write(`\r${done}/${total} utterances${done === total ? '\n' : ''}`),
      onAudio: values.keep === undefined ? undefined : keeper(values.keep),
    });
    console.log(values.json ? JSON.stringify({ voice: subject.name, ...report }) : describe(subject.name, report));
  } finally {
    await subject.dispose();
  }
}

/** Writes what the voice said into a folder. */
function keeper(folder: string): (kind: string, index: number, audio: Audio) => Promise<void> {
  return async (kind, index, audio) => {
    await mkdir(folder, { recursive: true });
    await writeWavFile(path.join(folder, `${String(index + 1).padStart(3, '0')}-${kind}.wav`), audio);
  };
}

function describe(name: string, { textRetrieval, copyRetrieval }: EvaluationReport): string {
  return [
    `voice ${name}`,
    ...describeScore('textRetrieval', textRetrieval),
    ...describeScore('copyRetrieval', copyRetrieval),
  ].join('\n');
}

function describeScore(name: string, { share, correct, total, realTimeFactor, misses }: Score): string[] {
  const percent = (100 * share).toFixed(1);
  return [
    `${name}  ${correct} of ${total} (${percent} %), real-time factor ${realTimeFactor.toFixed(3)}`,
    ...misses.map(
      ({ sentence, heardAs, ownDistance, nearestDistance }) =>
        `  "${sentence}" was nearer to "${heardAs}" (${nearestDistance.toFixed(2)} < ${ownDistance.toFixed(2)})`,
    ),
  ];
}

main().catch((error: unknown) => {
  // Errors of the packages and of these tools carry a code and a message for people; anything else is a mistake of ours.
  const expected = error instanceof Error && 'code' in error;
  console.error(expected ? error.message : error);
  process.exitCode = expected ? 2 : 1;
});
