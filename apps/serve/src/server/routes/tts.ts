// GPT-SoVITS' api_v2: /tts with its parameters, so that its clients need another URL and nothing else.
import { randomInt } from 'node:crypto';
import type { Audio } from '@gpt-talker/audio';
import type { FastifyReply } from 'fastify';
import { markSynthetic, writeWav } from '@gpt-talker/audio';
import type { VoiceDescription } from '../../engine/engine';
import { soundEncoder, type SoundFormat } from '../../sound/formats';
import { joined } from '../../sound/pcm';
import { decodeUpload } from '../../sound/upload';
import { ApiError, quoted } from '../../requests/api-error';
import { errorResponses } from '../schemas/common';
import { speakersSchema, ttsSchema, weightsQuerySchema, weightsSchema, type TtsRequest } from '../schemas/tts';
import { lifetimeOf, sendSpeech, sendWav } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { ignoredParameters, soundContent } from './speech';

/** Parameters that have an effect. */
const USED = [
  ...['text', 'text_lang', 'top_k', 'top_p', 'temperature', 'repetition_penalty', 'speed_factor', 'seed'],
  ...['media_type', 'streaming_mode', 'target_voice', 'text_split_method', 'fragment_interval'],
];
const WITH_REFERENCE = ['ref_audio_path', 'aux_ref_audio_paths', 'prompt_text', 'prompt_lang'];
/** Where our names differ from theirs. */
const FORMATS: Partial<Record<string, SoundFormat>> = { auto: 'wav', raw: 'pcm' };
const LARGEST_SEED = 2 ** 32;

export function ttsRoutes(app: App, service: Service): void {
  const response = {
    200: { description: 'Sound', content: soundContent },
    ...errorResponses(400, 401, 413, 422, 429, 501, 503, 504),
  };
  const common = { tags: ['GPT-SoVITS'], response };
  app.get(
    '/tts',
    { schema: { ...common, summary: 'Speak a text (api_v2)', querystring: ttsSchema } },
    (request, reply) => speak(request.query, reply, service, request.method === 'HEAD'),
  );
  app.post('/tts', { schema: { ...common, summary: 'Speak a text (api_v2)', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, service),
  );
  // SillyTavern's provider sends its requests here.
  app.post('/', { schema: { ...common, summary: 'The same as /tts', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, service),
  );
  for (const url of ['/set_gpt_weights', '/set_sovits_weights'])
    app.get(
      url,
      {
        schema: {
          tags: ['GPT-SoVITS'],
          summary: 'Whether a voice is loaded, where api_v2 would load one',
          querystring: weightsQuerySchema,
          response: { 200: weightsSchema, ...errorResponses(400, 401) },
        },
      },
      async ({ query }) => ({ message: 'success', voice: loadedVoice(query.weights_path, service).name }),
    );
  for (const url of ['/control', '/set_refer_audio'])
    app.route({
      method: ['GET', 'POST'],
      url,
      schema: {
        ...common,
        summary: 'Not to be had here; the answer says what to do',
        response: errorResponses(401, 403),
      },
      handler: async () => {
        throw new ApiError(403, 'not_remote', NOT_REMOTE[url]);
      },
    });
  app.get(
    '/speakers',
    {
      schema: {
        tags: ['GPT-SoVITS'],
        summary: 'List the voices, as SillyTavern wants them',
        response: { 200: speakersSchema },
      },
    },
    async () => service.engine.voices.map(({ name }) => ({ name, voice_id: name })),
  );
}

const NOT_REMOTE: Record<string, string> = {
  '/control': 'clients cannot stop or restart this service; whoever runs it does',
  '/set_refer_audio': 'this service keeps no reference for all its clients; send ref_audio_path with each request',
};

/** The voice that a weights file's name names. @throws ApiError 400 where it is not loaded */
function loadedVoice(path: string | undefined, { engine }: Service): VoiceDescription {
  const name = fileName(path);
  const voice = engine.voices.find((known) => known.name === name);
  if (voice) return voice;
  const loaded = engine.voices.map((known) => known.name).join(', ');
  const message =
    `weights_path: there is no voice ${quoted(name ?? '')} here, but ${loaded}; ` +
    'import it with gpt-talker voice import, and start the service with --voice and its folder';
  throw ApiError.badRequest('voice_not_loaded', 'weights_path', message);
}

async function speak(
  request: TtsRequest,
  reply: FastifyReply,
  service: Service,
  headOnly = false,
): Promise<FastifyReply> {
  const { speaking, ffmpeg, limits } = service;
  const { text, top_k, top_p, temperature, repetition_penalty, speed_factor, media_type = 'wav' } = request;
  checkText(text, 'text', service);
  const voice = namedVoice(request, service);
  checkLanguage(request.text_lang, voice);
  const format = FORMATS[media_type] ?? (media_type as SoundFormat);
  const encoder = soundEncoder(format, { ffmpeg, sampleRate: voice.sampleRate });
  const reference = await readReference(request, service);
  // A question whether it could be said; nothing is made for it.
  if (headOnly) return reply.type(encoder.contentType).send('');
  const seed = request.seed === undefined || request.seed < 0 ? randomInt(LARGEST_SEED) : request.seed;
  const lifetime = lifetimeOf(reply, limits.replySeconds);
  const sampling = {
    ...(top_k !== undefined && { topK: top_k }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(temperature !== undefined && { temperature }),
    ...(repetition_penalty !== undefined && { repetitionPenalty: repetition_penalty }),
  };
  const manner = { split: request.text_split_method, pauseSeconds: request.fragment_interval };
  const task = { voice: voice.name, text, seed, sampling, speed: speed_factor, reference, ...manner };
  const speech = await speaking.open(task, { lifetime, endpoint: 'tts' });
  const used = reference ? [...USED, ...WITH_REFERENCE] : USED;
  const headers = {
    'X-Seed': String(seed),
    'X-Voice': encodeURIComponent(voice.name),
    ...ignoredParameters(request, used),
  };
  const streams = !['0', 'false'].includes(String(request.streaming_mode ?? 'false').toLowerCase());
  if (streams || format !== 'wav') return sendSpeech(reply, speech, { encoder, sse: false, headers });
  const chunks: Audio[] = [];
  for await (const chunk of speech.chunks) chunks.push(chunk);
  const bytes = markSynthetic(writeWav(joined(chunks)));
  speaking.hold(lifetime).add(bytes.length);
  return sendWav(reply.headers({ ...headers, 'X-Sample-Rate': String(voice.sampleRate) }), bytes);
}

/** The voice that is named, by SillyTavern's name or by that of a reference's file; else the first. */
function namedVoice({ target_voice, ref_audio_path }: TtsRequest, { engine }: Service): VoiceDescription {
  const named = (name: string | undefined) => engine.voices.find((voice) => voice.name === name);
  return named(target_voice ?? undefined) ?? named(fileName(ref_audio_path)) ?? engine.voices[0];
}

/** A file's name without its folders and its ending. */
function fileName(path: string | null | undefined): string | undefined {
  return /([^/\\]+?)(\.\w{1,5})?$/.exec(path ?? '')?.[1];
}

function checkLanguage(language: string, { name, languages }: VoiceDescription): void {
  // all_en: api_v2's way to say that nothing is in another language.
  const spoken = language.toLowerCase().replace(/^all_/, '');
  if (spoken === 'auto' || languages.includes(spoken)) return;
  const message = `text_lang: voice '${name}' speaks ${languages.join(', ')}; send text_lang=${languages[0]}`;
  throw ApiError.badRequest('language_unsupported', 'text_lang', message);
}

async function readReference(
  { ref_audio_path, aux_ref_audio_paths, prompt_text }: TtsRequest,
  { engine, references, limits }: Service,
): Promise<{ audio: Audio; text?: string; others?: Audio[] } | undefined> {
  if (!references || !ref_audio_path) return undefined;
  const bytes = await references.read(ref_audio_path).catch((error: unknown) => {
    // SillyTavern makes a path of a voice's name: the voice then speaks with its own timbre.
    const isVoice = engine.voices.some(({ name }) => name === fileName(ref_audio_path));
    if (isVoice && error instanceof ApiError && error.code === 'reference_not_found') return undefined;
    throw error;
  });
  if (!bytes) return undefined;
  const others: Audio[] = [];
  for (const name of aux_ref_audio_paths ?? []) {
    const parameter = 'aux_ref_audio_paths';
    others.push(await decodeUpload(await references.read(name, parameter), limits, parameter));
  }
  return {
    audio: await decodeUpload(bytes, limits, 'ref_audio_path'),
    text: prompt_text?.trim() || undefined,
    ...(others.length > 0 && { others }),
  };
}
