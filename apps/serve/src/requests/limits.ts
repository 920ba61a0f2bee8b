// What a service takes, keeps and waits for, unless its command line says otherwise.

export interface Limits {
  /** Bytes of a request's body. */
  bodyBytes: number;
  /** Seconds of a sound that is sent. */
  maxAudioSeconds: number;
  /** Characters of a text to be spoken. */
  maxTextCharacters: number;
  /** Requests that wait for their turn, beyond those being answered. */
  queue: number;
  /** Seconds from a request for speech to the end of its answer. */
  replySeconds: number;
  /** Seconds for a request to arrive whole. */
  requestSeconds: number;
  /** Seconds that a client may take nothing of what it is sent. */
  writeSeconds: number;
  /** Bytes of sound, of all replies, that clients have not taken yet; beyond it no new one is begun. */
  unsentBytes: number;
  /** Seconds that a worker may give no sign of life, or go on with what it was told to stop. */
  workerSeconds: number;
  /** Conversations that are kept; the one that was used longest ago makes room. */
  conversations: number;
  /** Seconds after its last use that a conversation is kept. */
  conversationSeconds: number;
  /** Turns of a conversation. */
  conversationTurns: number;
  /** Bytes of a conversation's sound; its text and tokens are bounded by its turns. */
  conversationBytes: number;
  /** Bytes of all conversations, where they are kept in memory. */
  storeBytes: number;
  /** Seconds for running replies to end, when the service is told to stop. */
  shutdownSeconds: number;
  /** WebSockets at a time. */
  sockets: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 16 * 2 ** 20,
  maxAudioSeconds: 60,
  maxTextCharacters: 4096,
  queue: 64,
  replySeconds: 120,
  requestSeconds: 30,
  writeSeconds: 30,
  unsentBytes: 256 * 2 ** 20,
  workerSeconds: 15,
  conversations: 1000,
  conversationSeconds: 3600,
  conversationTurns: 200,
  conversationBytes: 32 * 2 ** 20,
  storeBytes: 512 * 2 ** 20,
  shutdownSeconds: 30,
  sockets: 256,
};
