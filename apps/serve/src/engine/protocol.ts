// The messages between the service and a process that has a model (child_process with structured clones, so that samples travel
// as Float32Array). A job is a number that the service gives.
import { isUserError } from '@gpt-talker/errors';
import type { Provider, ReplyChunk } from '@gpt-talker/talker';
import type {
  ConversationHandle,
  ConversationState,
  HeardTurn,
  AddedTurns,
  SpeechTask,
  SpokenFacts,
  VoiceDescription,
} from './engine';

type Wire<Handle> = Omit<Handle, 'load'>;

/** A task without what cannot be sent: text that is still being written follows in messages of its own. */
export type SpeechOrder = Omit<SpeechTask, 'conversation' | 'text' | 'signal'> & {
  conversation?: Wire<ConversationHandle>;
  /** Undefined where the text follows piece by piece. */
  text?: string;
};

export type ToWorker =
  | { kind: 'addTurns'; job: number; conversation: Wire<ConversationHandle>; turns: HeardTurn[] }
  | { kind: 'speak'; job: number; order: SpeechOrder }
  | { kind: 'text'; job: number; text: string }
  | { kind: 'text-end'; job: number }
  | { kind: 'state'; job: number; state: ConversationState | undefined }
  | { kind: 'interrupt'; job: number; heardSeconds: number }
  | { kind: 'cancel'; job: number }
  | { kind: 'forget'; id: string }
  | { kind: 'stop' };

export interface WireError {
  isUserError: boolean;
  name: string;
  code: string;
  message: string;
}

export type FromWorker =
  | { kind: 'ready'; voices: VoiceDescription[] }
  | { kind: 'failed'; error: WireError }
  | { kind: 'state-wanted'; job: number }
  | { kind: 'audio'; job: number; audio: ReplyChunk }
  | { kind: 'addedTurns'; job: number; result: AddedTurns }
  | { kind: 'spoken'; job: number; facts: SpokenFacts }
  | { kind: 'error'; job: number; error: WireError }
  | { kind: 'vitals'; residentBytes: number };

/** How a worker process is told what to load: its only argument, as JSON. */
export interface WorkerOptions {
  voiceFolders: string[];
  /** Threads of the model; default: as many as the machine has. */
  threads?: number;
  /** Replies that are made at once, which then share the steps of their tokens; default 1. */
  together?: number;
  /** Where it is computed; default: the processor. */
  provider?: Provider;
  /** How many conversations are remembered. */
  conversations: number;
  /** Seconds after its last use that one is remembered. */
  conversationSeconds: number;
}

export function toWireError(error: unknown): WireError {
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  return {
    isUserError: isUserError(error),
    name: typeof name === 'string' ? name : 'Error',
    code: typeof code === 'string' ? code : '',
    message: typeof message === 'string' ? message : String(error),
  };
}
