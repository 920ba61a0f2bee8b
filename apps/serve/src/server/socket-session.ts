// One WebSocket: text comes in as it is written, sound goes out sentence by sentence, and an interruption stops it at once.
import type { ReplyWord } from '@gpt-talker/talker';
import type { OpenReply } from '../conversations/conversations';
import { turnView } from '../conversations/view';
import { Channel } from '../engine/channel';
import { pcmBytes } from '../sound/pcm';
import { ApiError } from '../requests/api-error';
import { toApiError } from './errors';
import { ClientGoneError, Lifetime } from '../requests/lifetime';
import { socketMessageSchema, type SocketMessage } from './schemas/socket';
import type { Service } from './service';
import { withoutNulls } from './strict-json';
import { checkText } from './text';

/** What a session needs of its socket. */
export interface Socket {
  /** Resolves when the system has taken it, or nobody will. */
  send(message: string | Uint8Array): Promise<void>;
  close(code: number, reason: string): void;
  /** Ends the connection at once. */
  cut(): void;
  /** Bytes that the client has not taken yet. */
  readonly bufferedAmount: number;
}

/** A reply that is being made. */
interface Current {
  text: Channel<string>;
  characters: number;
  /** Whether the client wants to know when each word is said. */
  tellsWords: boolean;
  lifetime: Lifetime;
  open?: OpenReply;
  sentSeconds: number;
  /** Set when the client wants to hear no more. */
  interrupted?: { heardSeconds?: number };
  ended: Promise<void>;
}

/** A client that has so much of answers to its messages still to take does not read them. */
const MOST_BUFFERED_BYTES = 2 ** 20;

type Start = Omit<Extract<SocketMessage, { type: 'start' }>, 'type'>;

export class SocketSession {
  private current: Current | undefined;

  constructor(
    private readonly id: string,
    private readonly service: Service,
    private readonly socket: Socket,
  ) {}

  /** Says what the conversation is. @throws ApiError 404 */
  async greet(): Promise<void> {
    const record = await this.service.conversations.read(this.id);
    const { name: voice, sampleRate } = this.service.conversations.voice(record);
    this.say({ type: 'ready', sampleRate, voice, turns: record.turns.length });
  }

  receive(data: Uint8Array, isBinary: boolean): void {
    try {
      this.act(parse(data, isBinary));
    } catch (error) {
      this.complain(error);
    }
  }

  /** The client has gone. */
  leave(): void {
    this.current?.lifetime.end(new ClientGoneError());
    this.current?.text.end();
  }

  /** Resolves when no reply is being made. */
  async idle(): Promise<void> {
    await this.current?.ended;
  }

  private act(message: SocketMessage): void {
    switch (message.type) {
      case 'start': {
        const { type: _, ...options } = message;
        if (this.current)
          throw ApiError.badRequest('reply_running', null, 'a reply is being made; interrupt it, or wait for done');
        return this.begin(options);
      }
      case 'text':
        checkText(message.text, 'text', this.service);
        if (!this.current) this.begin({});
        return this.write(message.text);
      case 'end':
        if (!this.current) throw ApiError.badRequest('no_reply', null, 'no reply is being made; send text first');
        return this.current.text.end();
      case 'interrupt':
        return this.interrupt(message.heardSeconds);
    }
  }

  private write(text: string): void {
    const { current, service } = this;
    if (!current) return;
    current.characters += text.length;
    if (current.characters > service.limits.maxTextCharacters) {
      const message = `the reply's text has over ${service.limits.maxTextCharacters} characters; make several replies`;
      return current.lifetime.end(ApiError.badRequest('text_too_long', 'text', message));
    }
    current.text.push(text);
  }

  private interrupt(heardSeconds?: number): void {
    const { current } = this;
    // What was asked to stop may just have ended.
    if (!current || current.interrupted) return;
    current.interrupted = { heardSeconds };
    current.text.end();
    const heard = Math.min(heardSeconds ?? Infinity, current.sentSeconds);
    current.open?.interrupt(heard);
    if (!current.open) current.lifetime.end(new ApiError(499, 'interrupted', 'interrupted before the first sound'));
  }

  private begin({ seed = 0, words = false, ...options }: Start): void {
    const { service, id } = this;
    const current: Current = {
      text: new Channel<string>(),
      characters: 0,
      tellsWords: words,
      lifetime: new Lifetime(service.limits.replySeconds),
      sentSeconds: 0,
      ended: Promise.resolve(),
    };
    this.current = current;
    const request = { text: current.text, seed, ...options };
    current.ended = service.conversations
      .reply(id, request, { lifetime: current.lifetime, endpoint: 'stream' })
      .then((open) => this.speak(current, open))
      .catch((error: unknown) => this.fail(current, error))
      .finally(() => {
        current.text.end();
        // Frees whatever the request still holds.
        current.lifetime.end(new ClientGoneError());
        if (this.current === current) this.current = undefined;
      });
  }

  private async speak(current: Current, open: OpenReply): Promise<void> {
    current.open = open;
    this.say({ type: 'started', reply: open.id, seed: open.seed });
    for await (const { samples, sampleRate, words } of open.chunks) {
      // Chunks that were made before the interruption are not sent after it.
      if (current.interrupted) continue;
      if (current.tellsWords && words.length > 0) this.say({ type: 'words', words: words.map(wordView) });
      // No more is handed to the connection than it takes; what waits here can still be interrupted.
      await this.socket.send(pcmBytes(samples));
      current.sentSeconds += samples.length / sampleRate;
    }
    const record = open.record();
    const turn = record && turnView(this.id, record, record.reply?.kept ? (open.index ?? null) : null);
    if (record?.reply?.stopReason === 'interrupted')
      this.say({
        type: 'interrupted',
        reply: open.id,
        seconds: record.sound?.seconds ?? 0,
        turn: record.reply.kept ? turn : null,
      });
    else this.say({ type: 'done', turn });
  }

  private fail(current: Current, error: unknown): void {
    if (error instanceof ClientGoneError) return;
    if (current.interrupted && !current.open)
      return this.say({ type: 'interrupted', reply: null, seconds: 0, turn: null });
    this.complain(error);
  }

  private complain(error: unknown): void {
    const { body } = toApiError(error);
    this.say({ type: 'error', ...body });
  }

  private say(message: { type: string; [field: string]: unknown }): void {
    if (this.socket.bufferedAmount > MOST_BUFFERED_BYTES) return this.socket.cut();
    void this.socket.send(JSON.stringify(message));
  }
}

/** A word as clients see it: seconds from the reply's beginning. */
function wordView({ text, start, end, confidence }: ReplyWord) {
  return { text, start, end, confidence };
}

function parse(data: Uint8Array, isBinary: boolean): SocketMessage {
  if (isBinary) throw ApiError.badRequest('not_text', null, 'a binary message came; send JSON as text');
  let value: unknown;
  try {
    value = withoutNulls(JSON.parse(Buffer.from(data).toString('utf8')));
  } catch {
    throw ApiError.badRequest('not_json', null, 'the message is not JSON; correct it');
  }
  const { success, data: message, error } = socketMessageSchema.safeParse(value);
  if (success) return message;
  const [{ path, message: what }] = error.issues;
  throw ApiError.badRequest('invalid_message', path.join('.') || null, `${path.join('.') || 'the message'}: ${what}`);
}
