// Measures a voice: npm run evaluate:voice [-- --json] [--sentences FILE] [--voice DIR] [--seed N] [--keep DIR] [--pairs N] [--takes N] [--page FILE].
// Prints textRetrieval (text → speech) and copyRetrieval (audio → tokens → audio), see evaluation.ts for what they are,
// intelligibility: the words that pocketsphinx gets wrong, of the voice, of copies and of the teacher, see intelligibility.ts,
// defects: missing endings, repeats, clicks and loudness, see defects.ts,
// melody: how far the pitch moves within a sentence, beside the teacher's, and how loud the voice is, see melody.ts, and
// following: whether the same text sounds excited after an excited history and sad after a sad one, see following.ts. --page writes a page on which a person compares voice, copy and teacher without knowing which is which.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Audio, writeWavFile } from '@gpt-talker/audio';
import { readCorpusConfig } from '../corpus/config';
import { FLITE_SAMPLE_RATE, requireFlite, speak } from '../corpus/flite';
import { type DefectReport, findDefects, type SpokenSentence } from './defects';
import { evaluate, type EvaluationReport, type Score } from './evaluation';
import { type FollowingReport, measureFollowing } from './following';
import { Histories } from './histories';
import { describeIntelligibility, measureIntelligibility } from './intelligibility';
import { listeningPage } from './listening-page';
import { describeMelody, measureMelody } from './melody';
import { readSentences, SentencesError, sentencesInCorpus } from './sentences';
import { loadSubject } from './subject';

const ROOT = path.resolve(__dirname, '../..');
const CORPUS_CONFIG = path.join(ROOT, 'configs/voice-tiny.corpus.json');
const DEFAULTS = {
  voice: path.join(ROOT, 'packages/voice-tiny/voice'),
  sentences: path.join(ROOT, 'configs/voice-tiny.sentences.txt'),
  seed: '1',
  pairs: '50',
  takes: '1',
};
/** As many as a person has patience for. */
const PAGE_SENTENCES = 20;
const GRAMMAR = path.join(ROOT, 'tools/corpus/grammar');

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean' },
      voice: { type: 'string' },
      sentences: { type: 'string' },
      seed: { type: 'string' },
      keep: { type: 'string' },
      pairs: { type: 'string' },
      page: { type: 'string' },
      takes: { type: 'string' },
    },
  });
  const config = readCorpusConfig(CORPUS_CONFIG);
  const file = values.sentences ?? DEFAULTS.sentences;
  const sentences = readSentences(file);
  const [trained] = sentencesInCorpus(sentences, config);
  if (trained)
    throw new SentencesError(`${file}: "${trained}" is in the corpus that the voice was trained on; choose another`);
  const agent = config.voices[config.agentSpeaker];
  await requireFlite(Object.values(config.voices).map(({ voice }) => voice));

  const subject = await loadSubject(values.voice ?? DEFAULTS.voice, Number(values.takes ?? DEFAULTS.takes));
  try {
    const references: Audio[] = [];
    for (const sentence of sentences) {
      const { levelDecibels, keepSilenceSeconds, styles } = config;
      const samples = await speak(sentence, { voice: agent, style: styles.plain, levelDecibels, keepSilenceSeconds });
      references.push({ samples, sampleRate: FLITE_SAMPLE_RATE });
    }
    const seed = Number(values.seed ?? DEFAULTS.seed);
    const keep = values.keep === undefined ? undefined : keeper(values.keep);
    const spoken: SpokenSentence[] = [];
    const copies: Audio[] = [];
    const report = await evaluate(subject, {
      sentences,
      references,
      seed,
      onProgress: progress('utterances'),
      onReply: (index, { audio, tokens, stopReason }) =>
        spoken.push({ sentence: sentences[index], audio, tokens, stopReason, reference: references[index] }),
      onAudio: async (kind, index, audio) => {
        if (kind === 'copy') copies.push(audio);
        await keep?.(kind, index, audio);
      },
    });
    const said = { voice: spoken.map(({ audio }) => audio), copy: copies, teacher: references };
    const intelligibility = await measureIntelligibility(sentences, said);
    if (values.page !== undefined) {
      const shown = sentences.slice(0, PAGE_SENTENCES).map((sentence, index) => ({
        sentence,
        voice: said.voice[index],
        copy: copies[index],
        teacher: references[index],
      }));
      await writeFile(values.page, await listeningPage(subject.name, shown, String(seed)));
    }
    const defects = await findDefects(spoken);
    const melody = measureMelody(spoken);
    const histories = new Histories(config, GRAMMAR);
    const following = await measureFollowing(
      sentences.slice(0, Number(values.pairs ?? DEFAULTS.pairs)),
      async (text, mood, index) => {
        const audio = await subject.reply(await histories.get(mood, index), text, seed + index);
        await keep?.(mood, index, audio);
        return audio;
      },
      progress('pairs'),
    );
    console.log(
      values.json
        ? JSON.stringify({ voice: subject.name, ...report, intelligibility, defects, melody, following })
        : [
            describe(subject.name, report),
            ...describeIntelligibility(intelligibility),
            ...describeDefects(defects),
            ...describeMelody(melody),
            ...describeFollowing(following),
          ].join('\n'),
    );
  } finally {
    await subject.dispose();
  }
}

const progress = (what: string) => (done: number, total: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\r${done}/${total} ${what}${done === total ? '\n' : ''}`);
  else if (done === total) process.stderr.write(`${total} ${what}\n`);
};

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

function describeDefects({ missingEndings, repeats, clicks, loudnessRange }: DefectReport): string[] {
  const line = (what: string, sentences: readonly string[]): string[] => [
    `${what}  ${sentences.length}`,
    ...sentences.map((sentence) => `  in "${sentence}"`),
  ];
  return [
    ...line('missing endings', missingEndings),
    ...line('repeats', repeats),
    ...line('clicks', clicks),
    `loudness range  ${loudnessRange.toFixed(1)} LU`,
  ];
}

function describeFollowing(report: FollowingReport): string[] {
  const { followed, total, share, higher, faster, semitones, durationRatio, missed } = report;
  return [
    `following  ${followed} of ${total} pairs (${(100 * share).toFixed(1)} %): higher when excited in ${higher}, faster in ${faster}; ` +
      `${semitones.toFixed(2)} semitones, duration × ${durationRatio.toFixed(3)} on average`,
    ...missed.map((text) => `  not "${text}"`),
  ];
}

main().catch((error: unknown) => {
  // Errors of the packages and of these tools carry a code and a message for people; anything else is a mistake of ours.
  const expected = error instanceof Error && 'code' in error;
  console.error(expected ? error.message : error);
  process.exitCode = expected ? 2 : 1;
});
