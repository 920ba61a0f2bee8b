// The first half of a reply: reads each piece of text, and has ConGPT say it in tokens.
import { checkRoom, expectedTokens } from '@gpt-talker/context';
import { tokensOfFirstSound } from '@gpt-talker/vits';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { BoundedQueue } from './bounded-queue';
import { TalkerError } from './errors';
import { ListenerClock } from './listener-clock';
import type { SpokenPiece } from './reply-journal';
import { sayGrowingPiece } from './say-growing-piece';
import { sayPiece } from './say-piece';
import { FASTEST, SLOWEST, checkSpeed, planSpeed } from './speed';
import type { PieceToken, SynthesisTask } from './synthesis-task';
import type { ReadPiece, TextPiece, TextSegment } from './text-piece';

export async function makeTokens(task: SynthesisTask, queue: BoundedQueue<PieceToken>): Promise<void> {
  const { manifest, journal, signal, options } = task;
  const { onProgress } = options;
  checkSpeed(options.speed ?? 1);
  const clock = new ListenerClock(manifest.semantic.tokensPerSecond);
  let unspeakable: unknown;
  let count = 0;
  let index = 0;
  for await (const text of task.pieces(signal, () => clock.isHungry())) {
    signal.throwIfAborted();
    journal.warnings.push(...(text.warnings ?? []));
    if (text.text === '' && index > 0) {
      journal.endMarks.push(...(text.marks ?? []));
      continue;
    }
    const read = await readPiece(task, text, text.text).catch((error: unknown) => {
      // A piece without a word, such as a row of asterisks, does not silence the others.
      if (!isUnspeakable(error)) throw error;
      unspeakable ??= error;
      journal.warnings.push((error as Error).message);
    });
    if (!read) continue;
    checkFits(task, read.segment);
    journal.clock.markRead();
    const piece = spokenPiece(task, text, read, index);
    journal.pieces.push(piece);
    const push = async (token: number) => {
      journal.clock.markToken();
      clock.add();
      piece.tokens.push(token);
      count++;
      onProgress?.({ stage: 'speaking', seconds: count / manifest.semantic.tokensPerSecond });
      await queue.push({ piece, token });
    };
    await say(task, piece, text, read, push, clock);
    piece.complete = true;
    await queue.push({ piece });
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

async function say(
  task: SynthesisTask,
  piece: SpokenPiece,
  text: TextPiece,
  read: ReadPiece,
  push: (token: number) => Promise<void>,
  clock: ListenerClock,
): Promise<void> {
  const { conversation, options, emissions, journal, signal } = task;
  const { sampling, seed = 0, retake = 'unheard', takes = 1 } = options;
  const pace = paceOf(task, text);
  const common = {
    context: conversation.context,
    ...(task.manifest.layout.alignment && { expectedTokens: piece.expectedTokens }),
    pace: pace.spoken,
    options: { ...sampling, pace: pace.asked, signal, ...(emissions && { emissions }) },
    seedOf: (attempt: number) => seedOfAttempt(seedOfPiece(seed, piece.index), attempt),
    push,
  };
  journal.warnings.push(...read.warnings);
  if (text.growth && emissions) {
    piece.attempts = 1;
    piece.stopReason = await sayGrowingPiece({
      ...common,
      emissions,
      clock,
      growth: text.growth,
      text: text.text,
      read: async (grown) => {
        const again = await readPiece(task, text, grown);
        checkFits(task, again.segment);
        return again;
      },
      onRead: (grown, { segment, words }) =>
        Object.assign(piece, { text: grown, source: grown, phonemes: segment.phonemes, words }),
      onWarning: (warning) => journal.warnings.push(warning),
    });
    return;
  }
  const said = await sayPiece({
    ...common,
    ...read,
    emissions,
    first: piece.index === 0,
    firstSoundTokens: tokensOfFirstSound(task.manifest),
    retake,
    takes,
  });
  Object.assign(piece, { attempts: said.attempts, stopReason: said.stopReason });
  if (said.warning !== undefined) journal.warnings.push(said.warning);
}

/** @throws what the tokenizer throws for a text that cannot be said */
async function readPiece({ tokenizer, options }: SynthesisTask, piece: TextPiece, text: string): Promise<ReadPiece> {
  const { language } = piece.manner ?? {};
  const unspoken: string[] = [];
  const read = await tokenizer.text(text, language ?? options.language).catch((error: unknown) => {
    // What the caller asks for is an error; of what markup asks for, the rest is said all the same.
    if (language === undefined || !isOtherLanguage(error)) throw error;
    unspoken.push(`<lang xml:lang="${language}"> is not followed here: ${(error as Error).message}`);
    return tokenizer.text(text, options.language);
  });
  const { warnings = [], words = [], ...speakable } = read;
  return { segment: { kind: 'text', role: 'agent', ...speakable }, words, warnings: [...unspoken, ...warnings] };
}

function isOtherLanguage(error: unknown): boolean {
  return error instanceof TalkerError && error.code === 'language';
}

function checkFits({ conversation, manifest }: SynthesisTask, segment: TextSegment): void {
  const { history } = conversation;
  checkRoom([...history.flat(), segment], history.length, manifest.layout.maxPositions);
}

function spokenPiece(task: SynthesisTask, piece: TextPiece, read: ReadPiece, index: number): SpokenPiece {
  const { text, from, origin = (place: number) => from + place, manner, pauseSeconds = 0, marks = [] } = piece;
  return {
    text,
    source: piece.source,
    origin,
    index,
    manner: manner ?? {},
    pauseSeconds,
    marks,
    phonemes: read.segment.phonemes,
    words: read.words,
    tokens: [],
    expectedTokens: likelyTokens(read.segment.phonemes, task.manifest, paceOf(task, piece).spoken),
    complete: false,
    attempts: 0,
    growing: piece.growth !== undefined,
  };
}

/** How long a piece's phonemes are to last: as asked for, and, with what the voice has besides, as a multiple of what they lasted in the corpus. */
function paceOf(task: SynthesisTask, piece: Pick<TextPiece, 'manner'>): { asked: number; spoken: number } {
  const { layout, sampling } = task.manifest;
  const { pace: asked } = planSpeed(speedOf(task, piece), layout);
  return { asked, spoken: asked * (sampling.pace ?? 1) };
}

/** The speed of a piece: the reply's, and what its text asks for. */
export function speedOf({ options }: Pick<SynthesisTask, 'options'>, { manner }: Pick<TextPiece, 'manner'>): number {
  const { speed = 1 } = options;
  // What is asked for outside the range is an error of the caller's; what the text's markup adds only goes as far as it can.
  return manner?.speed === undefined ? speed : Math.min(FASTEST, Math.max(SLOWEST, speed * manner.speed));
}

/** Each piece draws its own numbers; the first one those of a reply in one piece. */
export function seedOfPiece(seed: number, index: number): number {
  return index === 0 ? seed : Math.imul(seed ^ (index * 0x9e37_79b9), 0x85eb_ca6b) >>> 0;
}

function seedOfAttempt(seed: number, attempt: number): number {
  return attempt === 0 ? seed : Math.imul(seed ^ (attempt * 0xc2b2_ae35), 0x27d4_eb2f) >>> 0;
}

/** How many tokens a text is likely to have: by the voice's own measurements, or two a phoneme. */
function likelyTokens(phonemes: Int32Array, { layout }: VoiceManifest, pace: number): number {
  return layout.alignment ? pace * expectedTokens(phonemes, layout.alignment) : 2 * phonemes.length;
}

function isUnspeakable(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'TextError' && (code === 'unspeakable' || code === 'empty');
}
