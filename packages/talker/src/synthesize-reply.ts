// From pieces of text to sound: ConGPT makes the tokens of one piece after the other, ConVITS makes sound of them while they come.
// Both work at the same time, so a piece's sound is made while the next one's tokens already are.
import { checkRoom, expectedTokens, type Segment, type TurnTokenizer } from '@gpt-talker/context';
import type { GptContext } from '@gpt-talker/gpt';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { Style, Vits } from '@gpt-talker/vits';
import { BoundedQueue } from './bounded-queue';
import { TalkerError } from './errors';
import { Joints } from './joints';
import type { ReplyOptions } from './reply';
import type { ReplyChunk, ReplyJournal, SpokenPiece } from './reply-journal';
import { planSpeed } from './speed';

/** What a reply is made with. */
export interface SynthesisParts {
  manifest: VoiceManifest;
  tokenizer: TurnTokenizer;
  vits: Pick<Vits, 'stream'>;
}

/** The conversation that a reply answers, as far as it has been read. */
export interface ReadConversation {
  /** Keys and values of the history; the reply leaves them as they are. */
  context: Pick<GptContext, 'generate'>;
  /** The history that `context` has read, one list a turn. */
  history: readonly (readonly Segment[])[];
  style: Style;
}

/** The pieces of the text, until the signal fires. */
export type TextPieces = (signal: AbortSignal) => AsyncIterable<string> | Iterable<string>;

/** A token of a piece on its way to its sound; without one, the piece has ended. */
interface PieceToken {
  piece: SpokenPiece;
  index: number;
  token?: number;
}

/** Tokens that may wait for their sound: ten minutes of speech, so that a voice that is slow at one of the two is slowed by nothing else. */
const QUEUED_TOKENS = 15_000;

const DEFAULT_PAUSE_SECONDS = 0.25;

/** All that a reply takes. */
export interface SynthesisTask extends SynthesisParts {
  conversation: ReadConversation;
  pieces: TextPieces;
  options: Omit<ReplyOptions, 'signal'> & { language?: string };
  /** Where it is noted what was made. */
  journal: ReplyJournal;
  /** Takes the sound, chunk by chunk, each as soon as there is room for it. */
  emit: (chunk: ReplyChunk) => Promise<void>;
  signal: AbortSignal;
}

/**
 * Speaks pieces of text, one after the other.
 * @throws TextError where none of it can be said; DialogueError `too-long`, TalkerError `silent`, GptError, VitsError
 */
export async function synthesizeReply(task: SynthesisTask): Promise<void> {
  const { signal } = task;
  const queue = new BoundedQueue<PieceToken>({ capacity: QUEUED_TOKENS });
  // Where one side fails, the other stops.
  const failing = new AbortController();
  const stop = () => failing.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const stoppable = { ...task, signal: failing.signal };
  const guarded = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      failing.abort(error);
      queue.cut({ error });
    });
  try {
    await Promise.all([guarded(makeTokens(stoppable, queue)), guarded(makeSound(stoppable, queue))]);
    failing.signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Reads each piece, and makes its tokens. */
async function makeTokens(task: SynthesisTask, queue: BoundedQueue<PieceToken>): Promise<void> {
  const { manifest, conversation, options, journal, signal } = task;
  const { sampling, seed = 0, speed = 1, onProgress } = options;
  const { pace } = planSpeed(speed, manifest.layout);
  let unspeakable: unknown;
  let count = 0;
  let index = 0;
  for await (const text of task.pieces(signal)) {
    signal.throwIfAborted();
    const segment = await readPiece(task, text).catch((error: unknown) => {
      // A piece without a word, such as a row of asterisks, does not silence the others.
      if (!isUnspeakable(error)) throw error;
      unspeakable ??= error;
      journal.warnings.push((error as Error).message);
    });
    if (!segment) continue;
    checkRoom([...conversation.history.flat(), segment], conversation.history.length, manifest.layout.maxPositions);
    journal.clock.markRead();
    const piece: SpokenPiece = {
      text,
      phonemes: segment.phonemes,
      tokens: [],
      expectedTokens: likelyTokens(segment.phonemes, manifest, pace),
      complete: false,
    };
    journal.pieces.push(piece);
    const generation = conversation.context.generate([segment], {
      ...sampling,
      seed: seedOfPiece(seed, index),
      pace,
      signal,
    });
    for await (const token of generation) {
      journal.clock.markToken();
      piece.tokens.push(token);
      await queue.push({ piece, index, token });
      count++;
      onProgress?.({ stage: 'speaking', seconds: count / manifest.semantic.tokensPerSecond });
    }
    piece.stopReason = generation.stopReason;
    piece.complete = true;
    await queue.push({ piece, index });
    index++;
  }
  if (index === 0)
    throw unspeakable ?? new TalkerError('silent', 'the text ended before a word of it had come; write something');
  if (count === 0)
    throw new TalkerError(
      'silent',
      'the voice had nothing to say to this text; try another seed, or more minimumTokens',
    );
  queue.end();
}

async function readPiece(
  { tokenizer, options, journal }: SynthesisTask,
  text: string,
): Promise<Extract<Segment, { kind: 'text' }>> {
  const { warnings = [], ...speakable } = await tokenizer.text(text, options.language);
  journal.warnings.push(...warnings);
  return { kind: 'text', role: 'agent', ...speakable };
}

/** Makes sound of each piece's tokens, as they come. */
async function makeSound(task: SynthesisTask, queue: BoundedQueue<PieceToken>): Promise<void> {
  const { manifest, vits, conversation, options, journal, emit, signal } = task;
  const { seed = 0, noiseScale, pauseSeconds = DEFAULT_PAUSE_SECONDS, onProgress } = options;
  const { speed } = planSpeed(options.speed ?? 1, manifest.layout);
  const joints = new Joints(manifest.sampleRate, pauseSeconds);
  let seconds = 0;
  let paragraph = false;
  for (let next = await queue.next(); !next.done; next = await queue.next()) {
    const { piece, index } = next.value;
    const tokens = tokensOf(next.value, queue);
    const { style } = conversation;
    const { phonemes } = piece;
    const chunks = vits.stream({ tokens, phonemes, style, seed: seedOfPiece(seed, index), noiseScale, speed, signal });
    let first = true;
    for await (const { samples, sampleRate, tokens: count, last } of chunks) {
      const audio = joints.join({ samples, sampleRate }, { first, last, longer: paragraph ? 2 : 1 });
      first = false;
      seconds += audio.samples.length / sampleRate;
      journal.clock.markSound();
      onProgress?.({ stage: 'synthesising', seconds });
      await emit({ ...audio, piece, tokens: count });
    }
    paragraph = /\n\s*$/.test(piece.text);
  }
}

/** The tokens of one piece. */
async function* tokensOf(first: PieceToken, queue: BoundedQueue<PieceToken>): AsyncGenerator<number, void, undefined> {
  let { token } = first;
  while (token !== undefined) {
    yield token;
    const next = await queue.next();
    token = next.done ? undefined : next.value.token;
  }
}

/** Each piece draws its own numbers; the first one those of a reply in one piece. */
function seedOfPiece(seed: number, index: number): number {
  return index === 0 ? seed : Math.imul(seed ^ (index * 0x9e37_79b9), 0x85eb_ca6b) >>> 0;
}

/** How many tokens a text is likely to have: by the voice's own measurements, or two a phoneme. */
function likelyTokens(phonemes: Int32Array, { layout, sampling }: VoiceManifest, pace: number): number {
  return layout.alignment
    ? pace * (sampling.pace ?? 1) * expectedTokens(phonemes, layout.alignment)
    : 2 * phonemes.length;
}

function isUnspeakable(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TextError' && (code === 'unspeakable' || code === 'empty');
}
