// Where conversations are kept. A store knows nothing of voices; it keeps records and sounds, and forgets what is too old or too much.
import { GptTalkerError } from '@gpt-talker/errors';
import { ApiError, quoted } from '../requests/api-error';
import type { ConversationRecord } from './record';

export interface SoundChanges {
  added?: Record<string, Uint8Array>;
  removed?: string[];
}

export interface ConversationStore {
  /** What to call a store of this kind, for people. */
  readonly kind: string;
  create(record: ConversationRecord): Promise<void>;
  /** Counts as use: its time to live starts again. @throws ApiError 410 for a record that cannot be read */
  get(id: string): Promise<ConversationRecord | undefined>;
  /**
   * Saves a record whose `revision` has grown by one since it was read, and its sounds, together.
   * @throws ApiError 409 where another writer was faster, 404 where it is gone
   */
  save(record: ConversationRecord, sounds: SoundChanges): Promise<void>;
  sound(id: string, name: string): Promise<Uint8Array | undefined>;
  /** Whether there was one. Works also where the store is full, and for a record that cannot be read. */
  delete(id: string): Promise<boolean>;
  /** Forgets all conversations of one user. @returns how many there were */
  deleteOf(user: string): Promise<number>;
  count(): Promise<number>;
  /** @throws StoreUnavailableError when the store does not answer, or takes nothing more */
  ping(): Promise<void>;
  /** Called with the id of a conversation that was forgotten. */
  onForget(listener: (id: string) => void): void;
  dispose(): Promise<void>;
}

/** The store does not answer, or is full: it can then be read, and forget, but takes nothing more. */
export class StoreUnavailableError extends GptTalkerError<'store-unavailable' | 'store-full'> {
  override readonly name = 'StoreUnavailableError';

  constructor(cause: unknown, code: 'store-unavailable' | 'store-full' = 'store-unavailable') {
    super(
      code,
      code === 'store-full'
        ? 'the store of conversations takes nothing more; delete conversations, or give it more memory'
        : 'the store of conversations does not answer; try again',
      { cause, isUserError: false },
    );
  }
}

/** What is kept of a conversation cannot be read any more: somebody else wrote to the store, or it lost a part. */
export function conversationUnreadable(id: string, problem: string): ApiError {
  const message = `what is kept of conversation '${id}' cannot be read (${problem}); delete it and begin a new one`;
  return new ApiError(410, 'conversation_unreadable', message, 'id');
}

export function conversationGone(id: string): ApiError {
  const message = `there is no conversation ${quoted(id)}; it may have been forgotten; begin a new one`;
  return ApiError.notFound('conversation_not_found', message, 'id');
}

export function changedMeanwhile(id: string): ApiError {
  return new ApiError(
    409,
    'conversation_changed',
    `conversation '${id}' was changed by another request; try again`,
    'id',
  );
}
