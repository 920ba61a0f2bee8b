// Where conversations are kept. A store knows nothing of voices; it keeps records and sounds, and forgets what is too old or too much.
import { ApiError } from '../server/api-error';
import type { ConversationRecord } from './record';

export interface SoundChanges {
  added?: Record<string, Uint8Array>;
  removed?: string[];
}

export interface ConversationStore {
  /** What to call a store of this kind, for people. */
  readonly kind: string;
  create(record: ConversationRecord): Promise<void>;
  /** Counts as use: it is kept anew from now on. */
  get(id: string): Promise<ConversationRecord | undefined>;
  /**
   * Saves a record whose `revision` has grown by one since it was read, and its sounds, together.
   * @throws ApiError 409 where another writer was faster, 404 where it is gone
   */
  save(record: ConversationRecord, sounds: SoundChanges): Promise<void>;
  sound(id: string, name: string): Promise<Uint8Array | undefined>;
  /** Whether there was one. */
  delete(id: string): Promise<boolean>;
  count(): Promise<number>;
  /** @throws when the store does not answer */
  ping(): Promise<void>;
  /** Called with the id of a conversation that was forgotten. */
  onForget(listener: (id: string) => void): void;
  dispose(): Promise<void>;
}

/** The store does not answer, or cannot do what it is asked for. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'store_unavailable';

  constructor(cause: unknown) {
    super('the store of conversations does not answer; try again', { cause });
  }
}

export function conversationGone(id: string): ApiError {
  const message = `there is no conversation '${id}'; it may have been forgotten; begin a new one`;
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
