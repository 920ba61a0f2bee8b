// The second half of a reply: ConVITS makes sound of each piece's tokens as they come, and it is noted when each word sounds.
import { expectedTokens } from '@gpt-talker/context';
import type { BoundedQueue } from './bounded-queue';
import { PieceJoiner } from './piece-joiner';
import { seedOfPiece, speedOf } from './make-tokens';
import { PieceWords, alignerOf, type SaidWord } from './piece-words';
import type { ReplyWord } from './reply';
import type { SpokenPiece, SpokenWord } from './reply-journal';
import { planSpeed } from './speed';
import type { PieceToken, SynthesisTask } from './synthesis-task';

const DEFAULT_PAUSE_SECONDS = 0.25;

export async function makeSound(task: SynthesisTask, queue: BoundedQueue<PieceToken>): Promise<void> {
  const { manifest, options, journal, emit } = task;
  const { pauseSeconds = DEFAULT_PAUSE_SECONDS, onProgress } = options;
  const joiner = new PieceJoiner(manifest.sampleRate, pauseSeconds);
  let seconds = 0;
  let tokensBefore = 0;
  let paragraph = false;
  for (let next = await queue.next(); !next.done; next = await queue.next()) {
    const { piece } = next.value;
    if (next.value.token === undefined) continue; // of which nothing was said
    const words = new PieceWords(piece, () => aligner(task, piece));
    const places = new TokenTimes();
    let first = true;
    for await (const { samples, sampleRate, tokens: count, last } of soundOf(task, piece, next.value, queue, words)) {
      const decibels = (options.gainDecibels ?? 0) + (piece.manner.gainDecibels ?? 0);
      const gain = 10 ** (decibels / 20);
      const spoken = { samples: gain === 1 ? samples : louder(samples, gain), sampleRate };
      const longer = { factor: paragraph ? 2 : 1, extraSeconds: first ? piece.pauseSeconds : 0 };
      const audio = joiner.join(spoken, { first, last, longer });
      if (first) for (const name of piece.marks) journal.marks.push({ name, seconds });
      first = false;
      // Silence comes before the chunk's own samples.
      const silence = (audio.samples.length - samples.length) / sampleRate;
      const end = seconds + audio.samples.length / sampleRate;
      places.add(seconds + silence, end, count);
      seconds = end;
      journal.clock.markSound();
      onProgress?.({ stage: 'synthesising', seconds });
      const ended = words.endedBy(last ? Infinity : places.tokens);
      await emit({
        ...audio,
        piece,
        tokens: count,
        words: ended.map((word) => inTheReply(word, piece, places, tokensBefore, manifest.symbols)),
      });
    }
    tokensBefore += piece.tokens.length;
    paragraph = /\n\s*$/.test(piece.text);
  }
  for (const name of journal.endMarks) journal.marks.push({ name, seconds });
}

/** The chunks of one piece; its tokens are laid over its words as they pass. */
function soundOf(
  task: SynthesisTask,
  piece: SpokenPiece,
  first: PieceToken,
  queue: BoundedQueue<PieceToken>,
  words: PieceWords,
): ReturnType<SynthesisTask['vits']['stream']> {
  const { manifest, vits, conversation, options, signal } = task;
  const { seed = 0, noiseScale } = options;
  const { speed } = planSpeed(speedOf(task, piece), manifest.layout);
  const semitones = (options.pitchSemitones ?? 0) + (piece.manner.pitchSemitones ?? 0);
  return vits.stream({
    tokens: tokensOf(first, queue, words),
    phonemes: piece.growing ? () => piece.phonemes : piece.phonemes,
    style: conversation.style,
    seed: seedOfPiece(seed, piece.index),
    noiseScale,
    speed,
    ...(semitones !== 0 && { pitch: Math.min(2, Math.max(0.5, 2 ** (semitones / 12))) }),
    ...(options.pitchRange !== undefined && { pitchRange: Math.min(2, Math.max(0, options.pitchRange)) }),
    signal,
  });
}

async function* tokensOf(
  first: PieceToken,
  queue: BoundedQueue<PieceToken>,
  words: PieceWords,
): AsyncGenerator<number, void, undefined> {
  let { token } = first;
  while (token !== undefined) {
    words.push(token);
    yield token;
    const next = await queue.next();
    token = next.done ? undefined : next.value.token;
  }
}

function aligner({ manifest, emissions }: SynthesisTask, { phonemes, expectedTokens: expected }: SpokenPiece) {
  const { alignment } = manifest.layout;
  if (!alignment) return alignerOf(phonemes, emissions, 1, () => expected / phonemes.length);
  const pace = expected / Math.max(1, expectedTokens(phonemes, alignment));
  return alignerOf(phonemes, emissions, pace, (index) => pace * (alignment.durations[phonemes[index]] ?? 0));
}

function louder(samples: Float32Array, gain: number): Float32Array {
  return samples.map((sample) => Math.min(1, Math.max(-1, gain * sample)));
}

/** When each token of a piece sounds, chunk by chunk. */
class TokenTimes {
  tokens = 0;
  private readonly chunks: { begin: number; end: number; from: number; to: number }[] = [];

  add(begin: number, end: number, count: number): void {
    this.chunks.push({ begin, end, from: this.tokens, to: (this.tokens += count) });
  }

  secondsAt(token: number): number {
    const chunk = this.chunks.find(({ to }) => token <= to) ?? this.chunks[this.chunks.length - 1];
    const share = (token - chunk.from) / Math.max(1, chunk.to - chunk.from);
    return chunk.begin + Math.min(1, share) * (chunk.end - chunk.begin);
  }
}

function inTheReply(
  { word, begin, end, phonemes, confidence }: SaidWord,
  piece: SpokenPiece,
  places: TokenTimes,
  tokensBefore: number,
  symbols: readonly string[],
): SpokenWord {
  const at = (token: number) => Math.round(1e4 * places.secondsAt(token)) / 1e4;
  const said: ReplyWord = {
    text: word.text,
    normalized: word.normalized,
    from: piece.origin(word.from),
    to: piece.origin(word.to, true),
    start: at(begin),
    end: at(end),
    phonemes: phonemes.map((phoneme) => ({
      symbol: symbols[phoneme.phoneme],
      start: at(phoneme.begin),
      end: at(phoneme.end),
    })),
    tokens: { from: tokensBefore + begin, to: tokensBefore + end },
    confidence,
  };
  return { ...said, textEnd: word.to };
}
