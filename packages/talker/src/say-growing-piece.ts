// A sentence that is spoken while it is written. What is there is said as if it went on, all but its last word, whose ending depends on what
// follows; when more is there, the speech goes on from its own tokens, with the longer text: one utterance, whose melody nothing interrupts.
//
//   text so far        Well I think that                       → says "Well I think"
//   text so far        Well I think that we should leave       → goes on after "think": "that we should"
import {
  TokenAligner,
  phonemeModel,
  type GenerateOptions,
  type GptContext,
  type StopReason,
  type TokenEmissions,
} from '@gpt-talker/gpt';
import type { ListenerClock } from './listener-clock';
import { doubtOf } from './said-or-not';
import type { ReadPiece, TextGrowth } from './text-piece';

export interface GrowingPiece {
  context: Pick<GptContext, 'generate'>;
  emissions: TokenEmissions;
  expectedTokens?: number;
  /** As `PieceToSay` has it. */
  pace: number;
  options: GenerateOptions;
  /** Of a stretch, from 0. */
  seedOf: (stretch: number) => number;
  text: string;
  growth: TextGrowth;
  clock: ListenerClock;
  read: (text: string) => Promise<ReadPiece>;
  /** Told when a longer text is being said. */
  onRead: (text: string, read: ReadPiece) => void;
  onWarning: (warning: string) => void;
  push: (token: number) => Promise<void>;
}

/** A text that goes on is said with this behind it: a speaker who has not finished keeps his voice up. */
const GOES_ON = ',';

export async function sayGrowingPiece(piece: GrowingPiece): Promise<StopReason> {
  const { growth, clock, push } = piece;
  const said: number[] = [];
  let text = piece.text;
  let complete = false;
  let coming: ReturnType<TextGrowth['next']> | undefined;
  for (let stretch = 0; ; stretch++) {
    const read = await piece.read(complete ? text : goingOn(text));
    piece.onRead(text, read);
    const { tokens, stopReason } = await goOn(piece, read, said, stretch);
    const sure = complete ? tokens.length : endOfSureWords(piece, read, said, tokens);
    for (const token of tokens.slice(0, sure)) {
      said.push(token);
      await push(token);
    }
    if (complete) {
      const { segment, words } = read;
      const { expectedTokens, emissions, pace } = piece;
      const doubt = doubtOf(
        { tokens: said, phonemes: segment.phonemes, words, expectedTokens, pace, stopReason },
        emissions,
      );
      if (doubt) piece.onWarning(doubt.warning);
      return stopReason;
    }
    // More is said when the sentence is whole, or the listener would wait.
    const known = text;
    do {
      coming ??= growth.next();
      const grown = await unlessHungry(coming, clock, text !== known);
      if (!grown) break;
      coming = undefined;
      ({ text, complete } = grown);
    } while (!complete && (text === known || !clock.isHungry()));
  }
}

/** What comes, or nothing where the listener cannot wait for it and there is something new to say already. */
async function unlessHungry<T>(coming: Promise<T>, clock: ListenerClock, hasMore: boolean): Promise<T | undefined> {
  if (!hasMore) return coming;
  let timer: NodeJS.Timeout | undefined;
  const hungry = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), clock.patienceMilliseconds);
  });
  try {
    return await Promise.race([coming, hungry]);
  } finally {
    clearTimeout(timer);
  }
}

function goingOn(text: string): string {
  return /[,;:–—-]\s*$/.test(text) ? text : `${text.trimEnd()}${GOES_ON}`;
}

/** The tokens that follow what has been said, with the text as it is now. */
async function goOn(
  { context, options, seedOf }: GrowingPiece,
  { segment }: ReadPiece,
  said: readonly number[],
  stretch: number,
): Promise<{ tokens: number[]; stopReason: StopReason }> {
  const generation = context.generate([segment], {
    ...options,
    seed: seedOf(stretch),
    ...(said.length > 0 && { prefix: said }),
  });
  const tokens: number[] = [];
  for await (const token of generation) tokens.push(token);
  return { tokens, stopReason: generation.stopReason! };
}

/** How many of the new tokens are of words before the last. */
function endOfSureWords(
  { emissions, pace }: GrowingPiece,
  { segment, words }: ReadPiece,
  said: readonly number[],
  tokens: readonly number[],
): number {
  const before = words[words.length - 2];
  if (!before) return 0;
  const aligner = new TokenAligner(phonemeModel(segment.phonemes, emissions, pace));
  for (const token of [...said, ...tokens]) aligner.push(token);
  const end = aligner.align(true)[before.phonemes.to]?.end ?? 0;
  return Math.max(0, end - said.length);
}
