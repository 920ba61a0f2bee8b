// One client of the load test: asks in the ways that clients have, and compares every reply with what it must be.
import WebSocket from 'ws';
import { SCRIPTS, SEEDS, TEXTS, question, type Expectations } from './expectations';

/** What a client noted of a reply. */
export interface Note {
  kind: string;
  firstSoundSeconds: number;
  totalSeconds: number;
}

const KINDS = ['speech wav', 'speech pcm', 'speech sse', 'tts', 'tts streaming', 'socket', 'conversation'] as const;

export class LoadClient {
  constructor(
    private readonly url: string,
    private readonly expected: Expectations,
    private readonly noted: (note: Note) => void,
  ) {}

  /** Does the job of this number: one reply, or a conversation of several. @throws Error where a reply is not what it must be */
  async job(number: number): Promise<void> {
    const kind = KINDS[number % KINDS.length];
    const text = TEXTS[number % TEXTS.length];
    const seed = SEEDS[number % SEEDS.length];
    const alone = this.expected.alone(text, seed);
    const openai = { model: 'tts-1', voice: 'alloy', input: text, seed };
    switch (kind) {
      case 'speech wav':
        return this.compare(
          kind,
          alone,
          await this.sound('/v1/audio/speech', { ...openai, response_format: 'wav' }, kind),
        );
      case 'speech pcm': {
        const sound = await this.sound('/v1/audio/speech', { ...openai, response_format: 'pcm' }, kind);
        return this.compareNearly(kind, this.expected.aloneAtOpenAiRate(text, seed), sound);
      }
      case 'speech sse': {
        const events = await this.bytes(
          '/v1/audio/speech',
          { ...openai, response_format: 'wav', stream_format: 'sse' },
          kind,
        );
        return this.compare(kind, alone, wavSamples(soundOfEvents(events)));
      }
      case 'tts':
        return this.compare(kind, alone, await this.sound('/tts', { text, text_lang: 'en', seed }, kind));
      case 'tts streaming':
        return this.compare(
          kind,
          alone,
          await this.sound('/tts', { text, text_lang: 'en', seed, streaming_mode: true }, kind),
        );
      case 'socket':
        return this.compare(kind, alone, await this.socket(text, seed));
      case 'conversation':
        return this.conversation(number % SCRIPTS.length);
    }
  }

  private async conversation(index: number): Promise<void> {
    const { seed, replies, aside } = SCRIPTS[index];
    const expected = this.expected.script(index);
    const turn = { role: 'user', text: question.text, audio: question.bytes.toString('base64') };
    const id = await this.begin({ turns: [turn] });
    for (const [i, text] of replies.entries())
      this.compare('reply', expected[i], await this.sound(`/v1/conversations/${id}/reply`, { text, seed }, 'reply'));
    const request = { text: aside, seed, keep: false, historyTurns: 0 };
    this.compare(
      'aside',
      expected[replies.length],
      await this.sound(`/v1/conversations/${id}/reply`, request, 'aside'),
    );
    const kept = await fetch(`${this.url}/v1/conversations/${id}/turns/1/audio`);
    this.compare('kept sound', expected[0], wavSamples(Buffer.from(await kept.arrayBuffer())));
    await this.remove(id);
  }

  private async socket(text: string, seed: number): Promise<Buffer> {
    const id = await this.begin({});
    const begin = performance.now();
    let first = 0;
    const parts: Buffer[] = [];
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/v1/conversations/${id}/stream`);
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        socket.send(JSON.stringify({ type: 'start', seed }));
        // As a language model writes: a few letters at a time.
        for (const piece of text.match(/.{1,4}/g) ?? []) socket.send(JSON.stringify({ type: 'text', text: piece }));
        socket.send(JSON.stringify({ type: 'end' }));
      });
      socket.on('message', (data: Buffer, isBinary) => {
        if (isBinary) {
          first ||= performance.now();
          parts.push(data);
          return;
        }
        const message = JSON.parse(data.toString()) as { type: string };
        if (message.type === 'done') resolve();
        if (message.type === 'error') reject(new Error(data.toString()));
      });
      socket.on('close', (code) => reject(new Error(`the socket closed with ${code}`)));
    });
    this.note('socket', begin, first);
    socket.close();
    await this.remove(id);
    return Buffer.concat(parts);
  }

  private async begin(body: object): Promise<string> {
    const response = await this.post('/v1/conversations', body);
    return ((await response.json()) as { id: string }).id;
  }

  private async remove(id: string): Promise<void> {
    const { status } = await fetch(`${this.url}/v1/conversations/${id}`, { method: 'DELETE' });
    if (status !== 204) throw new Error(`a conversation could not be forgotten: ${status}`);
  }

  private async post(where: string, body: object): Promise<Response> {
    const headers = { 'Content-Type': 'application/json' };
    const response = await fetch(this.url + where, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${where}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** The bytes of an answer, and when the first of them came. */
  private async bytes(where: string, body: object, kind: string): Promise<Buffer> {
    const begin = performance.now();
    const response = await this.post(where, body);
    let first = 0;
    const parts: Uint8Array[] = [];
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      first ||= performance.now();
      parts.push(part);
    }
    this.note(kind, begin, first);
    return Buffer.concat(parts);
  }

  /** The samples of an answer. */
  private async sound(where: string, body: object, kind: string): Promise<Buffer> {
    const bytes = await this.bytes(where, body, kind);
    return bytes.subarray(0, 4).toString('latin1') === 'RIFF' ? wavSamples(bytes) : bytes;
  }

  private note(kind: string, begin: number, first: number): void {
    const seconds = (end: number) => (end - begin) / 1000;
    this.noted({ kind, firstSoundSeconds: seconds(first), totalSeconds: seconds(performance.now()) });
  }

  private compare(kind: string, expected: Buffer, sound: Buffer): void {
    if (!sound.equals(expected))
      throw new Error(`${kind}: ${sound.length} bytes are not the ${expected.length} of the reply made alone`);
  }

  /** Resampled chunk by chunk, samples may be rounded another way. */
  private compareNearly(kind: string, expected: Buffer, sound: Buffer): void {
    const differs = (i: number) => Math.abs(sound.readInt16LE(2 * i) - expected.readInt16LE(2 * i)) > 1;
    const count = expected.length / 2;
    if (sound.length !== expected.length || Array.from({ length: count }, (_, i) => i).some(differs))
      throw new Error(`${kind}: not the reply made alone`);
  }
}

/** What lies after the marks that say how the sound was made. The length of a stream is not known when its header is written. */
function wavSamples(file: Buffer): Buffer {
  let at = 12;
  while (file.toString('latin1', at, at + 4) !== 'data') {
    const bytes = file.readUInt32LE(at + 4);
    at += 8 + bytes + (bytes % 2);
  }
  return file.subarray(at + 8, Math.min(file.length, at + 8 + file.readUInt32LE(at + 4)));
}

function soundOfEvents(events: Buffer): Buffer {
  const parsed = events
    .toString()
    .trim()
    .split('\n\n')
    .map((event) => JSON.parse(event.replace(/^data: /, '')) as { type: string; audio?: string });
  if (parsed.at(-1)?.type !== 'speech.audio.done') throw new Error('the events have no end');
  return Buffer.concat(parsed.map(({ audio = '' }) => Buffer.from(audio, 'base64')));
}
