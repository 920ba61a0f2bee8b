// Conversations that the browser keeps for a reload, in IndexedDB. That is a convenience: where storage is refused or full, a conversation
// lives as long as its page.
import type { ConversationState } from '@gpt-talker/talker';
import type { TurnInfo } from '../types';

export interface KeptConversation {
  id: string;
  state: ConversationState;
  turns: TurnInfo[];
  /** The wav file of each turn that has sound. */
  sounds: (Uint8Array<ArrayBuffer> | undefined)[];
}

const DATABASE = 'gpt-talker';
const STORE = 'conversations';
/** Older ones make room. */
const MOST_KEPT = 20;

export async function keep(conversation: KeptConversation): Promise<void> {
  await inStore('readwrite', (store) => {
    store.put({ ...conversation, time: Date.now() }, conversation.id);
    const all = store.getAll();
    all.onsuccess = () => {
      const kept = all.result as (KeptConversation & { time: number })[];
      const old = kept.sort((one, other) => other.time - one.time).slice(MOST_KEPT);
      for (const { id } of old) store.delete(id);
    };
    return all;
  });
}

export async function kept(id: string): Promise<KeptConversation | undefined> {
  return (await inStore('readonly', (store) => store.get(id))) as KeptConversation | undefined;
}

export async function forget(id: string): Promise<void> {
  await inStore('readwrite', (store) => store.delete(id));
}

/** What a request gives once its transaction is whole; undefined where the browser keeps nothing. */
async function inStore(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
  const database = await open().catch(() => undefined);
  if (!database) return undefined;
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } catch {
    // Full: what was kept before stays whole.
    return undefined;
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}
