// A reply on its way out: as bytes while they are made, or as server-sent events.
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { SoundEncoder } from '../sound/formats';
import { toApiError } from './errors';
import { ClientGoneError, Lifetime } from '../requests/lifetime';
import type { OpenSpeech } from '../requests/speaking';

/** A lifetime that ends with the response, or when its client goes away. */
export function lifetimeOf(reply: FastifyReply, seconds: number): Lifetime {
  const lifetime = new Lifetime(seconds);
  reply.raw.once('close', () => lifetime.end(new ClientGoneError()));
  return lifetime;
}

/** Bytes that are handed to a connection at a time: whether a client takes them shows by these steps. */
const STEP_BYTES = 64 * 1024;

/** A wav file that is there already. */
export function sendWav(reply: FastifyReply, bytes: Uint8Array): FastifyReply {
  const steps = Array.from({ length: Math.ceil(bytes.length / STEP_BYTES) }, (_, i) =>
    bytes.subarray(i * STEP_BYTES, (i + 1) * STEP_BYTES),
  );
  return reply
    .type('audio/wav')
    .header('Content-Length', bytes.length)
    .send(Readable.from(steps, { objectMode: false }));
}

export interface SendOptions {
  encoder: SoundEncoder;
  sse: boolean;
  headers: Record<string, string>;
  /** What the last event says beside its usage. */
  conclusion?: () => object;
}

const STREAM_HEADERS = {
  'Cache-Control': 'no-store',
  // Proxies are not to collect what is meant to be heard at once.
  'X-Accel-Buffering': 'no',
};

export function sendSpeech(reply: FastifyReply, speech: OpenSpeech, options: SendOptions): FastifyReply {
  const { encoder, sse, headers, conclusion } = options;
  const bytes = encoder.encode(speech.chunks);
  const body = sse ? events(bytes, speech, conclusion) : bytes;
  return reply
    .headers({ ...STREAM_HEADERS, 'X-Sample-Rate': String(encoder.sampleRate), ...headers })
    .type(sse ? 'text/event-stream; charset=utf-8' : encoder.contentType)
    .send(Readable.from(body, { objectMode: false }));
}

/** OpenAI's events. An error is an event too, since the response has begun. */
async function* events(
  bytes: AsyncIterable<Uint8Array>,
  speech: OpenSpeech,
  conclusion: () => object = () => ({}),
): AsyncGenerator<Buffer> {
  const event = (value: object) => Buffer.from(`data: ${JSON.stringify(value)}\n\n`);
  try {
    for await (const part of bytes)
      yield event({ type: 'speech.audio.delta', audio: Buffer.from(part).toString('base64') });
    const spoken = speech.facts()?.tokens.length ?? 0;
    const heard = speech.facts()?.text.length ?? 0;
    const usage = { input_tokens: heard, output_tokens: spoken, total_tokens: heard + spoken };
    yield event({ type: 'speech.audio.done', usage, ...conclusion() });
  } catch (error) {
    yield event({ type: 'error', ...toApiError(error).body });
  }
}
