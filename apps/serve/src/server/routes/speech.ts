// OpenAI's speech: POST /v1/audio/speech, and the lists of models and voices.
import { z } from 'zod';
import { readInstructions, type ReplyWord } from '@gpt-talker/talker';
import type { SpeechTask } from '../../engine/engine';
import { soundEncoder, type SoundEncoder } from '../../sound/formats';
import type { Lifetime } from '../../requests/lifetime';
import type { OpenSpeech } from '../../requests/speaking';
import { errorResponses, soundSchema } from '../schemas/common';
import { modelListSchema, modelSchema, speechRequestSchema, voiceListSchema } from '../schemas/speech';
import { lifetimeOf, sendSpeech } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { OWN_MODEL, checkModel, findSpeaker } from '../voices';

/** What OpenAI's `pcm` is. */
const OPENAI_PCM_RATE = 24_000;
/** A model's date of birth, in OpenAI's lists; nobody needs ours. */
const CREATED = 1_700_000_000;

export const soundContent = Object.fromEntries(
  ['audio/mpeg', 'audio/ogg', 'audio/aac', 'audio/flac', 'audio/wav', 'audio/pcm', 'text/event-stream'].map((type) => [
    type,
    { schema: soundSchema },
  ]),
);

export function speechRoutes(app: App, service: Service): void {
  const { engine, speaking, ffmpeg, limits } = service;
  app.route({
    method: 'POST',
    url: '/v1/audio/speech',
    schema: {
      tags: ['speech'],
      summary: 'Speak a text',
      body: speechRequestSchema,
      response: {
        200: { description: 'Sound, sent while it is made', content: soundContent },
        ...errorResponses(400, 401, 404, 413, 415, 422, 429, 501, 503, 504),
      },
    },
    // OpenAI's clients send null for what they leave out.
    preValidation: async ({ body }) => dropEmpty(body),
    handler: async (request, reply) => {
      const { model, input, voice: named, response_format: format = 'mp3', stream_format } = request.body;
      const { speed, instructions, seed = 0, timestamp_granularities: granularities } = request.body;
      checkModel(engine, model);
      const name = typeof named === 'object' ? named.id : named;
      const { voice, speaker, substituted } = findSpeaker(engine, name);
      const encoder = soundEncoder(format, { ffmpeg, sampleRate: voice.sampleRate, pcmRate: OPENAI_PCM_RATE });
      for (const text of [input].flat()) checkText(text, 'input', service);
      const task = { voice: voice.name, speaker, speed, instructions, seed };
      // Times are told at the end of events, and with each of several texts.
      const isList = Array.isArray(input);
      const unused = isList ? ['stream_format'] : stream_format === 'sse' ? [] : ['timestamp_granularities'];
      const known = Object.keys(speechRequestSchema.shape).filter((parameter) => !unused.includes(parameter));
      const headers = {
        'X-Voice': encodeURIComponent(voice.name),
        'X-Seed': String(seed),
        ...(substituted && { 'X-Voice-Substituted': encodeURIComponent(wellFormed(name ?? '').slice(0, 60)) }),
        ...(instructions !== undefined && warningsOf(instructions)),
        ...ignoredParameters(request.body, known),
      };
      const lifetime = lifetimeOf(reply, limits.replySeconds);
      if (isList) {
        const data = await speakAll(service, input, { task, lifetime, encoder, granularities });
        return reply
          .headers(headers)
          .type('application/json; charset=utf-8')
          .serializer(JSON.stringify)
          .send({ object: 'list', data });
      }
      const speech = await speaking.open({ ...task, text: input }, { lifetime, endpoint: 'speech' });
      const conclusion = () => ({
        ...(granularities && { words: timesOf(speech.facts()?.words ?? [], granularities) }),
        ...warningsOfReply(speech),
      });
      return sendSpeech(reply, speech, { encoder, sse: stream_format === 'sse', headers, conclusion });
    },
  });
  // Some clients ask first whether it is there.
  app.head('/v1/audio/speech', { schema: { hide: true } }, async (_request, reply) => reply.send());

  const models = () =>
    [OWN_MODEL].map((id) => ({ id, object: 'model' as const, created: CREATED, owned_by: 'gpt-talker' }));
  for (const url of ['/v1/models', '/v1/audio/models'])
    app.get(
      url,
      { schema: { tags: ['speech'], summary: 'List the models', response: { 200: modelListSchema } } },
      async () => ({ object: 'list' as const, data: models() }),
    );
  app.get(
    '/v1/models/:model',
    {
      schema: {
        tags: ['speech'],
        summary: 'Show a model',
        params: z.object({ model: z.string() }),
        response: { 200: modelSchema, ...errorResponses(400, 401, 404) },
      },
    },
    async (request) => {
      checkModel(engine, request.params.model);
      return { ...models()[0], id: request.params.model };
    },
  );
  app.get(
    '/v1/audio/voices',
    { schema: { tags: ['speech'], summary: 'List the voices', response: { 200: voiceListSchema } } },
    async () => ({ voices: engine.voices.map((voice) => ({ id: voice.name, ...voice })) }),
  );
}

/** Takes away what is null, and the name of a voice that was not chosen. */
function dropEmpty(body: unknown): void {
  if (typeof body !== 'object' || body === null) return;
  const record = body as Record<string, unknown>;
  for (const name of Object.keys(record)) if (record[name] === null) delete record[name];
  if (record.voice === '') delete record.voice;
}

/** Words of instructions that have no effect. */
function warningsOf(instructions: string): Record<string, string> {
  const { unknown } = readInstructions(instructions);
  if (unknown.length === 0) return {};
  return {
    'X-Warnings': encodeURIComponent(
      wellFormed(`not known among the instructions: ${unknown.join(', ')}`).slice(0, 300),
    ),
  };
}

/** The times of words, with those of their phonemes where they are asked for. */
function timesOf(words: readonly ReplyWord[], granularities: readonly string[]) {
  return words.map(({ text, start, end, confidence, phonemes }) => ({
    word: text,
    start,
    end,
    confidence,
    ...(granularities.includes('phoneme') && { phonemes }),
  }));
}

/** Several texts, one after the other. */
async function speakAll(
  { speaking }: Service,
  texts: readonly string[],
  {
    task,
    lifetime,
    encoder,
    granularities = ['word'],
  }: { task: Omit<SpeechTask, 'text'>; lifetime: Lifetime; encoder: SoundEncoder; granularities?: readonly string[] },
) {
  const data: { index: number; audio: string; words: ReturnType<typeof timesOf>; warnings?: string[] }[] = [];
  for (const [index, text] of texts.entries()) {
    const speech = await speaking.open({ ...task, text }, { lifetime, endpoint: 'speech' });
    const parts: Uint8Array[] = [];
    for await (const part of encoder.encode(speech.chunks)) parts.push(part);
    const words = timesOf(speech.facts()?.words ?? [], granularities);
    data.push({ index, audio: Buffer.concat(parts).toString('base64'), words, ...warningsOfReply(speech) });
  }
  return data;
}

/** What was left out of a reply, such as markup that is not followed; known when it has been spoken. */
function warningsOfReply(speech: OpenSpeech): { warnings?: string[] } {
  const { warnings = [] } = speech.facts() ?? {};
  return warnings.length > 0 ? { warnings } : {};
}

/** Half characters cannot be encoded. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** A header that names the parameters that were given and had no effect; none where there are none. */
export function ignoredParameters(given: object, known: readonly string[]): Record<string, string> {
  const ignored = Object.keys(given).filter((name) => !known.includes(name));
  // Names are the client's: only what may stand in a header does.
  const names = ignored.map((name) => encodeURIComponent(wellFormed(name)).slice(0, 60)).slice(0, 40);
  return names.length > 0 ? { 'X-Ignored-Parameters': names.join(', ') } : {};
}
