// Measures when words are said, and whether: npm run evaluate:words [-- --voice DIR --seed N --sentences FILE].
// Boundaries: the voice's times of words against flite's own segment times, brought together by dynamic time warping of their cepstra.
// Faults: see word-faults.ts; looked for in the sentences with odd numbers, those with even ones having set the prices.
// Replies as they are: what is suspected there is given to pocketsphinx, which does not know the text.
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { warpingPath, type Audio } from '@gpt-talker/audio';
import { Gpt, TokenAligner, findFaults, phonemeModel, readEmissions, type TokenEmissions } from '@gpt-talker/gpt';
import { SessionHost } from '@gpt-talker/runtime';
import { Talker, VoiceTokenizer, doubtOf, type Reply } from '@gpt-talker/talker';
import { SpectralEncoder, explain } from '@gpt-talker/tokenizer';
import { openVoice } from '@gpt-talker/voice';
import { normalizedCepstra } from './cepstra';
import { speakWithTimes, wordTimes } from './flite-words';
import { hasRecognizer, recognize } from './recognizer';
import { readSentences } from './sentences';
import { chooseWord, isBorneOut, otherTexts, withFaults, type InjectedFault, type SaidText } from './word-faults';
import { Random } from '../corpus/random';

const ROOT = path.resolve(__dirname, '../..');
const NEAR_SECONDS = 0.08;
const FRAME_SECONDS = 0.02;
const FLITE_VOICE = 'slt';
const BOUNDARY_SENTENCES = 100;
/** Replies of each sentence: clean ones, and those that faults are put into. */
const CLEAN_SEEDS = 5;
const FAULTY_SEEDS = 2;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      voice: { type: 'string', default: path.join(ROOT, 'packages/voice-tiny/voice') },
      sentences: { type: 'string', default: path.join(ROOT, 'configs/voice-tiny.sentences.txt') },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: 'boundaries,faults' },
    },
  });
  const sentences = readSentences(values.sentences);
  if (values.only.includes('boundaries'))
    await boundaries(values.voice, sentences.slice(0, BOUNDARY_SENTENCES), Number(values.seed));
  if (values.only.includes('faults'))
    await faults(
      values.voice,
      sentences.filter((_, index) => index % 2 === 1),
      Number(values.seed),
    );
}

async function faults(folder: string, sentences: readonly string[], seed: number): Promise<void> {
  const voice = await openVoice(folder);
  const { manifest } = voice;
  if (!manifest.alignment) throw new Error(`${folder}: has no alignment; gpt-talker-train align adds one`);
  const emissions = readEmissions(
    await readFile(voice.path(manifest.alignment.file)),
    manifest.symbols.length,
    manifest.semantic.endOfSpeech,
  );
  const tokenizer = new VoiceTokenizer(
    manifest,
    SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file))),
  );
  const host = await SessionHost.start({ intraOpThreads: 1 });
  const gpt = await Gpt.load(host, voice);
  const say = async (phonemes: Int32Array, with_: number): Promise<number[]> => {
    const context = await gpt.open();
    try {
      return [...(await context.generate([{ kind: 'text', role: 'agent', phonemes }], { seed: with_ }).tokens())];
    } finally {
      await context.dispose();
    }
  };
  const { pace = 1 } = manifest.sampling;
  const suspects = (said: SaidText) => doubtOf({ ...said, pace, stopReason: 'end-of-speech' }, emissions) !== undefined;
  const random = new Random(`words/${seed}`);
  const injected = new Map<InjectedFault, Tally>();
  const spoken = new Map<'without' | 'twice', Tally>();
  const suspected: Suspicion[] = [];
  let replies = 0;
  try {
    for (const text of sentences) {
      const { phonemes, words = [] } = await tokenizer.text(text);
      for (let take = 0; take < CLEAN_SEEDS; take++) {
        const said: SaidText = { text, phonemes, words, tokens: await say(phonemes, seed + take) };
        replies++;
        if (suspects(said)) suspected.push({ text, seed: seed + take, ...placeOf(said, emissions, pace) });
        if (take >= FAULTY_SEEDS) continue;
        for (const [fault, tokens] of Object.entries(withFaults(said, emissions, random)))
          count(injected, fault as InjectedFault, suspects({ ...said, tokens }));
        for (const [kind, other] of Object.entries(otherTexts(phonemes, chooseWord(said, random))))
          count(spoken, kind as 'without' | 'twice', suspects({ ...said, tokens: await say(other, seed + take) }));
      }
    }
  } finally {
    await gpt.dispose();
    await host.dispose();
  }
  for (const [fault, tally] of injected) console.log(`${fault}, put into tokens  found ${shareOf(tally)}`);
  for (const [kind, tally] of spoken) console.log(`a word ${kind}, said by the voice  found ${shareOf(tally)}`);
  console.log(`as they are  suspected ${shareOf({ found: suspected.length, of: replies })}`);
  if (!(await hasRecognizer())) return console.log('pocketsphinx is not installed: who is right was not asked');
  await askRecognizer(folder, suspected, replies, random);
}

/** What is suspected of a reply: which of its words, and how many it has. */
interface Suspicion {
  text: string;
  seed: number;
  kind: string;
  words: { from: number; to: number };
  count: number;
}

interface Tally {
  found: number;
  of: number;
}

function count<Key>(tallies: Map<Key, Tally>, key: Key, found: boolean): void {
  const tally = tallies.get(key) ?? { found: 0, of: 0 };
  tallies.set(key, { found: tally.found + Number(found), of: tally.of + 1 });
}

const shareOf = ({ found, of }: Tally): string => `${found} of ${of} (${((100 * found) / of).toFixed(1)} %)`;

/** Which words the first fault is about. */
function placeOf({ tokens, phonemes, words }: SaidText, emissions: TokenEmissions, pace: number) {
  const spoken = words.filter((word) => word.phonemes.to > word.phonemes.from);
  const { faults: found } = findFaults(
    tokens,
    phonemeModel(phonemes, emissions, pace),
    spoken.map((word) => word.phonemes),
  );
  const [{ kind, word, words: length } = { kind: 'skipped', word: 0, words: 0 }] = found;
  // What is said twice is heard between its neighbours.
  const margin = kind === 'repeated' ? 1 : 0;
  return { kind, words: { from: Math.max(0, word - margin), to: word + length + margin }, count: spoken.length };
}

async function askRecognizer(
  folder: string,
  suspected: readonly Suspicion[],
  replies: number,
  random: Random,
): Promise<void> {
  const talker = await Talker.load(folder);
  const sounds: Audio[] = [];
  try {
    for (const { text, seed } of suspected)
      sounds.push((await talker.reply({ turns: [] }, text, { seed, retake: 'never' })).audio);
  } finally {
    await talker.dispose();
  }
  const heard = await recognize(sounds);
  const byKind = new Map<string, Tally>();
  suspected.forEach(({ text, kind, words }, index) => count(byKind, kind, isBorneOut(text, heard[index], words)));
  const borneOut = [...byKind.values()].reduce((sum, { found }) => sum + found, 0);
  // The same question of as many words elsewhere in the same replies: how much of that is the recogniser's own.
  const elsewhere = suspected.filter(({ text, words: { from, to }, count: all }, index) => {
    const at = Math.floor(random.between(0, Math.max(1, all - (to - from))));
    return isBorneOut(text, heard[index], { from: at, to: at + (to - from) });
  }).length;
  const of = suspected.length;
  console.log(
    `  pocketsphinx does not recognise those words either in ${shareOf({ found: borneOut, of })}; as many words elsewhere, in ${shareOf({ found: elsewhere, of })}`,
  );
  for (const [kind, tally] of byKind) console.log(`    ${kind}: ${shareOf(tally)}`);
  console.log(`  false alarms ${shareOf({ found: of - borneOut, of: replies })}`);
}

async function boundaries(folder: string, sentences: readonly string[], seed: number): Promise<void> {
  const talker = await Talker.load(folder);
  const errors: number[] = [];
  try {
    for (const text of sentences) {
      const reply = await talker.reply({ turns: [] }, text, { seed, retake: 'never' });
      errors.push(...(await boundaryErrors(text, reply)));
    }
    const { aligning, making } = await alignmentCost(talker, folder, sentences.slice(0, 20), seed);
    console.log(`aligning and checking  ${((100 * aligning) / making).toFixed(2)} % of the time that replies take`);
  } finally {
    await talker.dispose();
  }
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const near = { found: sorted.filter((error) => error <= NEAR_SECONDS).length, of: sorted.length };
  console.log(
    `boundaries  within ${1000 * NEAR_SECONDS} ms of flite's ${shareOf(near)}, median ${(1000 * sorted[sorted.length >> 1]).toFixed(0)} ms`,
  );
}

/** Milliseconds of both, of the same replies. */
async function alignmentCost(talker: Talker, folder: string, sentences: readonly string[], seed: number) {
  const { manifest } = talker;
  const voice = await openVoice(folder);
  const emissions = readEmissions(
    await readFile(voice.path(manifest.alignment!.file)),
    manifest.symbols.length,
    manifest.semantic.endOfSpeech,
  );
  const encoder = SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file)));
  const tokenizer = new VoiceTokenizer(manifest, encoder);
  let [aligning, making] = [0, 0];
  for (const text of sentences) {
    const reply = await talker.reply({ turns: [] }, text, { seed, retake: 'never' });
    making += 1000 * reply.timings.totalSeconds;
    const { phonemes, words = [] } = await tokenizer.text(text);
    const begin = performance.now();
    const aligner = new TokenAligner(phonemeModel(phonemes, emissions));
    for (const token of reply.tokens) aligner.push(token);
    aligner.align(true);
    doubtOf({ tokens: [...reply.tokens], phonemes, words, stopReason: 'end-of-speech' }, emissions);
    aligning += performance.now() - begin;
  }
  return { aligning, making };
}

/** Of each word that flite says too: how much later the reply begins and ends it, in seconds of the reply. */
async function boundaryErrors(text: string, reply: Reply): Promise<number[]> {
  const flite = await speakWithTimes(text, FLITE_VOICE);
  const spoken = explain(text, { language: 'en' }).pieces.flatMap((piece) =>
    piece.words.filter(({ kind }) => kind !== 'mark').map(({ phonemes }) => [...phonemes]),
  );
  if (spoken.length !== reply.words.length) return [];
  const times = wordTimes(spoken, flite);
  const steps = warpingPath(await normalizedCepstra(flite.audio), await normalizedCepstra(reply.audio));
  const columns = new Map<number, number[]>();
  for (const { row, column } of steps) columns.set(row, [...(columns.get(row) ?? []), column]);
  const inReply = (seconds: number): number | undefined => {
    const matched = columns.get(Math.round(seconds / FRAME_SECONDS));
    return matched && (matched.reduce((sum, column) => sum + column, 0) / matched.length) * FRAME_SECONDS;
  };
  return reply.words.flatMap(({ start, end }, index) => {
    const time = times[index];
    const [begin, finish] = [time && inReply(time.beginSeconds), time && inReply(time.endSeconds)];
    return [begin !== undefined ? start - begin : undefined, finish !== undefined ? end - finish : undefined].filter(
      (error) => error !== undefined,
    );
  });
}

void main();
