// What the service asks of whatever speaks: an engine in this process, or a pool of processes that each have a model. The service
// keeps conversations itself; an engine only remembers what it has read of them, and can be given their state again.
import { GptTalkerError, type GptTalkerErrorOptions } from '@gpt-talker/errors';
import type { Audio } from '@gpt-talker/audio';
import type { Role } from '@gpt-talker/context';
import type { ReplyChunk, ReplyOptions, ReplyWord, Sampling, Timings } from '@gpt-talker/talker';

/** A voice as clients see it. */
export interface VoiceDescription {
  name: string;
  description: string;
  languages: string[];
  sampleRate: number;
  license: string;
  origin: string;
  /** What kind of weights they are, such as 'GPT-SoVITS v2Pro'. */
  model?: string;
  /** Whose speech it speaks with, and by what right; absent where that is not stated. */
  consent?: { speaker: string; right: string };
  historyTurns: number;
  tokensPerSecond: number;
  /** The names of its speakers. */
  speakers?: string[];
  sampling: Required<
    Pick<Sampling, 'topK' | 'topP' | 'temperature' | 'repetitionPenalty' | 'minimumTokens' | 'stutterTokens'>
  >;
}

/** A turn as it comes in. */
export interface HeardTurn {
  role: Role;
  speaker?: string;
  text: string;
  language?: string;
  audio?: Audio;
}

/** What a conversation is to the talker, as JSON; only the talker looks inside. */
export type ConversationState = unknown;

/** A conversation that an engine may have read already. */
export interface ConversationHandle {
  id: string;
  voice: string;
  /** Counts the turns that were added: what an engine remembers of another version is of no use. */
  version: number;
  historyTurns?: number;
  sampling?: Sampling;
  /** Its state, asked for where the engine does not remember it; undefined for one without turns. */
  load(): Promise<ConversationState | undefined>;
}

/** What of a reply's manner clients may choose. */
export type SpokenManner = Pick<
  ReplyOptions,
  'instructions' | 'pauseSeconds' | 'pitchSemitones' | 'retake' | 'speaker' | 'split'
>;

export interface SpeakOptions extends SpokenManner {
  seed: number;
  sampling?: Sampling;
  historyTurns?: number;
  speed?: number;
  language?: string;
  /** Whether the reply becomes a turn of the conversation; default true. */
  keep?: boolean;
  /** Speech whose timbre the voice takes on, and what is said there; `others` of the same speaker are averaged with it. */
  reference?: { audio: Audio; text?: string; others?: readonly Audio[] };
}

/** Something to be said: in a conversation, or alone. */
export interface SpeechTask extends SpeakOptions {
  /** Where it is said; without, nothing is read before it but `reference`. */
  conversation?: ConversationHandle;
  /** The voice for speech without a conversation. */
  voice?: string;
  /** Whole, or as it is written, which is spoken sentence by sentence. */
  text: string | AsyncIterable<string>;
  signal?: AbortSignal;
}

/** What is known about a reply when it has been spoken. */
export interface SpokenFacts {
  text: string;
  tokens: number[];
  /** How long it is; less than was made where it was interrupted. */
  seconds: number;
  stopReason: 'end-of-speech' | 'length' | 'interrupted';
  historyTurns: number;
  warnings: string[];
  /** How often the piece that was said most often was said. */
  attempts?: number;
  /** When each word is said. */
  words?: ReplyWord[];
  timings: Timings;
  /** The conversation's state, where the reply was kept. */
  state?: ConversationState;
}

/** A reply in chunks of sound. */
export interface Speech extends AsyncIterable<ReplyChunk> {
  /** Everything but the sound; undefined until the last chunk has been read. */
  readonly facts: SpokenFacts | undefined;
  /**
   * Stops speaking: the chunks end, and what was heard is the reply.
   * @param heardSeconds how much was heard
   */
  interrupt(heardSeconds: number): void;
}

/** What reading turns gave. */
export interface AddedTurns {
  /** The speech tokens of each turn, null for one of text alone. */
  tokens: (number[] | null)[];
  state: ConversationState;
}

export interface EngineVitals {
  /** Models that are ready to speak, of how many there should be. */
  ready: number;
  wanted: number;
  /** How many replies can be made at once. */
  capacity: number;
  /** Resident memory of each process but this one, in bytes. */
  residentBytes: Record<string, number>;
}

export interface Engine {
  readonly voices: readonly VoiceDescription[];
  vitals(): EngineVitals;
  /** Called when `vitals().capacity` may have changed. */
  onCapacity(listener: () => void): void;
  /** Reads turns into a conversation, whose version grows by one. */
  addTurns(conversation: ConversationHandle, turns: readonly HeardTurn[], signal?: AbortSignal): Promise<AddedTurns>;
  /** Speaks; a reply that is kept lets the conversation's version grow by one. */
  speak(task: SpeechTask): Speech;
  /** Lets go of what is remembered of a conversation. */
  forget(id: string): void;
  dispose(): Promise<void>;
}

/** An error from where the model runs, which may be another process: its class is known by name only. */
export class EngineError extends GptTalkerError {
  constructor(
    override readonly name: string,
    code: string,
    message: string,
    options?: GptTalkerErrorOptions,
  ) {
    super(code, message, options);
  }
}

/** The process that made a reply has ended. */
export class WorkerLostError extends GptTalkerError<'worker-lost'> {
  override readonly name = 'WorkerLostError';

  constructor(message: string) {
    super('worker-lost', message, { isUserError: false });
  }
}
