// Measures when words are said, and whether: npm run evaluate:words [-- --sentences FILE --voice DIR --seed N].
// Boundaries: the voice's times of words against flite's own segment times, brought together by dynamic time warping of their cepstra.
// Faults: words left out, said twice or cut are put into the replies' tokens, and looked for; replies as they are must not be suspected.
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { warpingPath } from '@gpt-talker/audio';
import { TokenAligner, phonemeModel, readEmissions } from '@gpt-talker/gpt';
import { Talker, VoiceTokenizer, doubtOf, type Reply } from '@gpt-talker/talker';
import { SpectralEncoder, explain } from '@gpt-talker/tokenizer';
import { openVoice } from '@gpt-talker/voice';
import { normalizedCepstra } from './cepstra';
import { speakWithTimes, wordTimes } from './flite-words';
import { readSentences } from './sentences';
import { Random } from '../corpus/random';

const ROOT = path.resolve(__dirname, '../..');
const NEAR_SECONDS = 0.08;
const FRAME_SECONDS = 0.02;
const FLITE_VOICE = 'slt';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      voice: { type: 'string', default: path.join(ROOT, 'packages/voice-tiny/voice') },
      sentences: { type: 'string', default: path.join(ROOT, 'configs/voice-tiny.sentences.txt') },
      count: { type: 'string', default: '100' },
      seed: { type: 'string', default: '1' },
    },
  });
  const voice = await openVoice(values.voice);
  const { manifest } = voice;
  if (!manifest.alignment) throw new Error(`${values.voice}: has no alignment; gpt-talker-train align adds one`);
  const emissions = readEmissions(
    await readFile(voice.path(manifest.alignment.file)),
    manifest.symbols.length,
    manifest.semantic.endOfSpeech,
  );
  const encoder = SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file)));
  const tokenizer = new VoiceTokenizer(manifest, encoder);
  const talker = await Talker.load(values.voice);
  const random = new Random(`words/${values.seed}`);
  const errors: number[] = [];
  const found = { skipped: 0, repeated: 0, cut: 0, suspected: 0, replies: 0 };
  let aligning = 0;
  let making = 0;
  try {
    for (const text of readSentences(values.sentences).slice(0, Number(values.count))) {
      const reply = await talker.reply({ turns: [] }, text, { seed: Number(values.seed), retake: 'never' });
      errors.push(...(await boundaryErrors(text, reply)));
      const { phonemes, words = [] } = await tokenizer.text(text);
      const tokens = [...reply.tokens];
      const begin = performance.now();
      const aligner = new TokenAligner(phonemeModel(phonemes, emissions));
      for (const token of tokens) aligner.push(token);
      const aligned = aligner.align(true);
      const suspected = (said: number[]) =>
        doubtOf({ tokens: said, phonemes, words, stopReason: 'end-of-speech' }, emissions) !== undefined;
      if (suspected(tokens)) found.suspected++;
      aligning += performance.now() - begin;
      making += 1000 * reply.timings.totalSeconds;
      found.replies++;
      const long = words.filter(({ phonemes: { from, to } }) => to - from >= 3);
      const word = long[Math.floor(random.between(0, long.length))];
      const [from, to] = [aligned[word.phonemes.from + 1].begin, aligned[word.phonemes.to].end];
      if (suspected([...tokens.slice(0, from), ...tokens.slice(to)])) found.skipped++;
      if (suspected([...tokens.slice(0, to), ...tokens.slice(from)])) found.repeated++;
      const last = words[1 + Math.floor(random.between(0, words.length - 1))];
      if (suspected(tokens.slice(0, aligned[last.phonemes.from + 1].begin))) found.cut++;
    }
  } finally {
    await talker.dispose();
  }
  const sorted = errors.map(Math.abs).sort((a, b) => a - b);
  const near = sorted.filter((error) => error <= NEAR_SECONDS).length;
  const share = (count: number) => `${count} of ${found.replies}`;
  console.log(
    [
      `boundaries  ${near} of ${sorted.length} within ${1000 * NEAR_SECONDS} ms of flite's (${((100 * near) / sorted.length).toFixed(1)} %), median ${(1000 * sorted[sorted.length >> 1]).toFixed(0)} ms`,
      `faults found  left out ${share(found.skipped)}, said twice ${share(found.repeated)}, cut ${share(found.cut)}`,
      `replies suspected as they are  ${share(found.suspected)}`,
      `aligning and checking  ${((100 * aligning) / making).toFixed(1)} % of the time that replies took`,
    ].join('\n'),
  );
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
