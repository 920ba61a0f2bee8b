// OpenAI's speech: POST /v1/audio/speech, and the lists of models and voices.
import { z } from 'zod';
import { soundEncoder } from '../../sound/formats';
import { errorResponses, soundSchema } from '../schemas/common';
import { modelListSchema, modelSchema, speechRequestSchema, voiceListSchema } from '../schemas/speech';
import { lifetimeOf, sendSpeech } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { OWN_MODEL, checkModel, findVoice } from '../voices';

/** What OpenAI's `pcm` is. */
const OPENAI_PCM_RATE = 24_000;
/** Parameters that we know and that have no effect here. */
const WITHOUT_EFFECT = ['instructions'];
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
    handler: async (request, reply) => {
      const {
        model,
        input,
        voice: named,
        response_format: format = 'mp3',
        speed,
        stream_format,
        seed = 0,
      } = request.body;
      checkModel(engine, model);
      checkText(input, 'input', service);
      const voice = findVoice(engine, typeof named === 'object' ? named.id : named);
      const encoder = soundEncoder(format, { ffmpeg, sampleRate: voice.sampleRate, pcmRate: OPENAI_PCM_RATE });
      const lifetime = lifetimeOf(reply, limits.replySeconds);
      const task = { voice: voice.name, text: input, speed, seed };
      const speech = await speaking.open(task, { lifetime, endpoint: 'speech' });
      const known = Object.keys(speechRequestSchema.shape).filter((name) => !WITHOUT_EFFECT.includes(name));
      const ignored = ignoredParameters(request.body, known);
      const headers = { 'X-Voice': encodeURIComponent(voice.name), 'X-Seed': String(seed), ...ignored };
      return sendSpeech(reply, speech, { encoder, sse: stream_format === 'sse', headers });
    },
  });

  const models = () =>
    [OWN_MODEL].map((id) => ({ id, object: 'model' as const, created: CREATED, owned_by: 'gpt-talker' }));
  app.get(
    '/v1/models',
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

/** Half characters cannot be encoded. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** A header that names the parameters that were given and had no effect; none where there are none. */
export function ignoredParameters(given: object, known: readonly string[]): Record<string, string> {
  const ignored = Object.keys(given).filter((name) => !known.includes(name));
  // Names are the client's: only what may stand in a header does.
  const names = ignored.map((name) => encodeURIComponent(wellFormed(name)).slice(0, 60)).slice(0, 40);
  return names.length > 0 ? { 'X-Ignored-Parameters': names.join(', ') } : {};
}
