// Home Assistant's way to a voice: Wyoming over TCP. Whole texts (`synthesize`), and texts that are still being written (`synthesize-start`,
// `synthesize-chunk` …, `synthesize-stop`), both streamed while they are spoken.
import net, { type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { Channel } from '../engine/channel';
import { toApiError } from '../server/errors';
import { ClientGoneError, Lifetime } from '../requests/lifetime';
import type { Service } from '../server/service';
import { checkText } from '../server/text';
import { findSpeaker } from '../server/voices';
import { pcmBytes } from '../sound/pcm';
import { WyomingError, WyomingReader, wyomingBytes, type WyomingEvent } from './events';

export interface WyomingServer {
  address: string;
  port: number;
  stop(): Promise<void>;
}

const IDLE_SECONDS = 600;
const LARGEST_EVENT_BYTES = 1024 * 1024;
const SAMPLE_BYTES = 2;

export async function startWyoming(
  service: Service,
  { host, port }: { host: string; port: number },
): Promise<WyomingServer> {
  const clients = new Set<Socket>();
  const server = net.createServer((socket) => {
    if (clients.size >= service.limits.sockets) return socket.destroy();
    clients.add(socket);
    socket.setTimeout(1000 * IDLE_SECONDS, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.once('close', () => clients.delete(socket));
    const client = new Client(service, socket);
    socket.on('data', (bytes) => client.receive(bytes));
    socket.once('close', () => client.leave());
    return undefined;
  });
  server.listen(port, host);
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ]);
  const bound = server.address() as AddressInfo;
  return {
    address: `tcp://${bound.family === 'IPv6' ? `[${bound.address}]` : bound.address}:${bound.port}`,
    port: bound.port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of clients) socket.destroy();
      await closed;
    },
  };
}

/** A text that is being written, and its speech. */
interface Streaming {
  text: Channel<string>;
  length: number;
}

class Client {
  private readonly reader = new WyomingReader(LARGEST_EVENT_BYTES);
  private streaming: Streaming | undefined;
  private readonly lifetimes = new Set<Lifetime>();
  /** One answer at a time. */
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly service: Service,
    private readonly socket: Socket,
  ) {}

  receive(bytes: Uint8Array): void {
    try {
      for (const event of this.reader.push(bytes)) this.handle(event);
    } catch (error) {
      // What follows cannot be understood any more.
      this.fail(error);
      this.socket.end();
    }
  }

  leave(): void {
    this.streaming?.text.fail(new ClientGoneError());
    for (const lifetime of this.lifetimes) lifetime.end(new ClientGoneError());
  }

  private handle({ type, data }: WyomingEvent): void {
    switch (type) {
      case 'describe':
        return this.send('info', this.info());
      case 'ping':
        return this.send('pong', typeof data.text === 'string' ? { text: data.text } : {});
      case 'synthesize':
        // Between start and stop it is the whole text once more, for servers that do not stream.
        if (!this.streaming) this.speak(data, textOf(data));
        return;
      case 'synthesize-start':
        this.streaming?.text.end();
        this.streaming = { text: new Channel<string>(), length: 0 };
        this.speak(data, this.streaming.text, true);
        return;
      case 'synthesize-chunk':
        return this.write(textOf(data));
      case 'synthesize-stop':
        this.streaming?.text.end();
        this.streaming = undefined;
        return;
    }
  }

  private write(text: string): void {
    const { streaming } = this;
    if (!streaming) return;
    streaming.length += text.length;
    if (streaming.length > this.service.limits.maxTextCharacters)
      throw new WyomingError(`the text is longer than ${this.service.limits.maxTextCharacters} characters; send less`);
    streaming.text.push(text);
  }

  private speak(data: Record<string, unknown>, text: string | Channel<string>, streams = false): void {
    this.last = this.last
      .then(() => this.spoken(data, text))
      .catch((error: unknown) => this.fail(error))
      .then(() => streams && this.send('synthesize-stopped', {}));
  }

  private async spoken(data: Record<string, unknown>, text: string | Channel<string>): Promise<void> {
    const { engine, speaking, limits } = this.service;
    if (typeof text === 'string') checkText(text, 'text', this.service);
    const wanted = Object(data.voice) as { name?: unknown; speaker?: unknown };
    const name = typeof wanted.name === 'string' ? wanted.name : undefined;
    const { voice, speaker } = findSpeaker(engine, name);
    const asked =
      typeof wanted.speaker === 'string' && voice.speakers?.includes(wanted.speaker) ? wanted.speaker : speaker;
    const lifetime = new Lifetime(limits.replySeconds);
    this.lifetimes.add(lifetime);
    try {
      const task = { voice: voice.name, speaker: asked, text, seed: 0 };
      const speech = await speaking.open(task, { lifetime, endpoint: 'wyoming' });
      const format = { rate: voice.sampleRate, width: SAMPLE_BYTES, channels: 1 };
      let samples = 0;
      const timestamp = () => Math.round((1000 * samples) / voice.sampleRate);
      this.send('audio-start', { ...format, timestamp: 0 });
      for await (const chunk of speech.chunks) {
        this.send('audio-chunk', { ...format, timestamp: timestamp() }, pcmBytes(chunk.samples));
        samples += chunk.samples.length;
        if (this.socket.writableNeedDrain) await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]);
      }
      this.send('audio-stop', { timestamp: timestamp() });
    } finally {
      this.lifetimes.delete(lifetime);
      lifetime.relax();
    }
  }

  private fail(error: unknown): void {
    if (error instanceof ClientGoneError) return;
    const { message, code } = error instanceof WyomingError ? error : toApiError(error).body.error;
    this.send('error', { text: message, code });
  }

  private send(type: string, data: Record<string, unknown>, payload?: Uint8Array): void {
    if (!this.socket.destroyed) this.socket.write(wyomingBytes({ type, data, payload }, this.service.version));
  }

  private info(): Record<string, unknown> {
    const { engine, version } = this.service;
    const about = (name: string, description: string) => ({
      name,
      description,
      attribution: { name: 'GPT-Talker', url: 'https://www.npmjs.com/package/gpt-talker' },
      installed: true,
      version,
    });
    const program = {
      ...about('gpt-talker', 'Expressive speech for conversations'),
      supports_synthesize_streaming: true,
      voices: engine.voices.map((voice) => ({
        ...about(voice.name, voice.description || voice.name),
        languages: voice.languages,
        speakers: (voice.speakers ?? []).map((name) => ({ name })),
      })),
    };
    return { asr: [], tts: [program], handle: [], intent: [], wake: [], mic: [], snd: [] };
  }
}

function textOf({ text }: Record<string, unknown>): string {
  if (typeof text === 'string') return text;
  throw new WyomingError('an event has no text');
}
