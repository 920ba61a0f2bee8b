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
import { ApiV2Defaults } from '../api-v2-defaults';
import { askedLanguage } from '../api-v2-language';
import { errorResponses } from '../schemas/common';
import {
  controlSchema,
  doneSchema,
  referenceQuerySchema,
  speakersSchema,
  ttsSchema,
  weightsQuerySchema,
  weightsSchema,
  type TtsRequest,
} from '../schemas/tts';
import { lifetimeOf, sendSpeech, sendWav } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { knownVoice, type NamedVoice } from '../voices';
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
  const defaults = new ApiV2Defaults();
  const response = {
    200: { description: 'Sound', content: soundContent },
    ...errorResponses(400, 401, 413, 422, 429, 501, 503, 504),
  };
  const common = { tags: ['GPT-SoVITS'], response };
  app.get(
    '/tts',
    { schema: { ...common, summary: 'Speak a text (api_v2)', querystring: ttsSchema } },
    (request, reply) => speak(request.query, reply, { service, defaults, headOnly: request.method === 'HEAD' }),
  );
  app.post('/tts', { schema: { ...common, summary: 'Speak a text (api_v2)', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, { service, defaults }),
  );
  // SillyTavern's provider sends its requests here.
  app.post('/', { schema: { ...common, summary: 'The same as /tts', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, { service, defaults }),
  );
  const setting = { tags: ['GPT-SoVITS'] };
  for (const url of ['/set_gpt_weights', '/set_sovits_weights'])
    app.get(
      url,
      {
        schema: {
          ...setting,
          summary: 'Choose the loaded voice that speaks where a request names none',
          querystring: weightsQuerySchema,
          response: { 200: weightsSchema, ...errorResponses(400, 401) },
        },
      },
      async ({ query, method }) => {
        const voice = loadedVoice(query.weights_path, service);
        if (method !== 'HEAD') defaults.voice = voice;
        return { message: 'success', voice: voice.name };
      },
    );
  const chooseReference = async (name = '', method: string) => {
    if (!service.references) throw new ApiError(403, 'not_remote', NO_REFERENCES);
    await decodeUpload(await service.references.read(name, 'refer_audio_path'), service.limits, 'refer_audio_path');
    if (method !== 'HEAD') defaults.reference = name;
    return { message: 'success' };
  };
  const choosing = {
    ...setting,
    summary: 'Choose the file of the reference folder for requests that name none',
    response: { 200: doneSchema, ...errorResponses(400, 401, 403) },
  };
  app.get('/set_refer_audio', { schema: { ...choosing, querystring: referenceQuerySchema } }, ({ query, method }) =>
    chooseReference(query.refer_audio_path, method),
  );
  app.post('/set_refer_audio', { schema: { ...choosing, body: referenceQuerySchema } }, ({ body, method }) =>
    chooseReference(body.refer_audio_path, method),
  );
  const control = async (command: string | undefined, method: string) => {
    if (command === 'exit') throw new ApiError(403, 'not_remote', NO_EXIT);
    if (command !== 'restart')
      throw ApiError.badRequest('command_unknown', 'command', 'command: there is restart; send command=restart');
    if (method !== 'HEAD') defaults.reset();
    return { message: 'success' };
  };
  const controlling = {
    ...setting,
    summary: 'restart: takes back what was chosen for requests that name no voice and no reference',
    response: { 200: doneSchema, ...errorResponses(400, 401, 403) },
  };
  app.get('/control', { schema: { ...controlling, querystring: controlSchema } }, ({ query, method }) =>
    control(query.command, method),
  );
  app.post('/control', { schema: { ...controlling, body: controlSchema } }, ({ body, method }) =>
    control(body.command, method),
  );
  app.get(
    '/speakers',
    {
      schema: {
        ...setting,
        summary: 'List the voices and their speakers, as SillyTavern wants them',
        response: { 200: speakersSchema },
      },
    },
    async () =>
      service.engine.voices
        .flatMap(({ name, speakers = [] }) => [name, ...speakers.map((speaker) => `${name}:${speaker}`)])
        .map((name) => ({ name, voice_id: name })),
  );
}

const NO_REFERENCES =
  'this service reads no files; whoever runs it starts it with --reference-dir and a folder of them';
const NO_EXIT = 'clients cannot stop this service; whoever runs it does';

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

interface SpeakContext {
  service: Service;
  defaults: ApiV2Defaults;
  headOnly?: boolean;
}

async function speak(
  asked: TtsRequest,
  reply: FastifyReply,
  { service, defaults, headOnly = false }: SpeakContext,
): Promise<FastifyReply> {
  const ref_audio_path = asked.ref_audio_path || defaults.reference;
  const request = { ...asked, ...(ref_audio_path !== undefined && { ref_audio_path }) };
  const { speaking, ffmpeg, limits } = service;
  const { text, top_k, top_p, temperature, repetition_penalty, speed_factor, media_type = 'wav' } = request;
  checkText(text, 'text', service);
  const { voice, speaker } = namedVoice(asked, service, defaults);
  const { language, substituted } = askedLanguage(request.text_lang, text, voice);
  const format = FORMATS[media_type] ?? (media_type as SoundFormat);
  const encoder = soundEncoder(format, { ffmpeg, sampleRate: voice.sampleRate, param: 'media_type' });
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
  const task = {
    voice: voice.name,
    speaker,
    language,
    text,
    seed,
    sampling,
    speed: speed_factor,
    reference,
    ...manner,
  };
  const speech = await speaking.open(task, { lifetime, endpoint: 'tts' });
  const used = reference ? [...USED, ...WITH_REFERENCE] : USED;
  const headers = {
    'X-Seed': String(seed),
    'X-Voice': encodeURIComponent(voice.name),
    ...(substituted !== undefined && { 'X-Language-Substituted': substituted }),
    ...ignoredParameters(asked, used),
  };
  const streams = !['0', 'false', ''].includes(String(request.streaming_mode ?? ''));
  if (streams || format !== 'wav') return sendSpeech(reply, speech, { encoder, sse: false, headers });
  const chunks: Audio[] = [];
  for await (const chunk of speech.chunks) chunks.push(chunk);
  const bytes = markSynthetic(writeWav(joined(chunks)));
  speaking.hold(lifetime).add(bytes.length);
  return sendWav(reply.headers({ ...headers, 'X-Sample-Rate': String(voice.sampleRate) }), bytes);
}

/** The voice, and which of its speakers, that SillyTavern's name or that of a reference's file names; else the one that was chosen. */
function namedVoice(
  { target_voice, ref_audio_path }: TtsRequest,
  { engine }: Service,
  defaults: ApiV2Defaults,
): Pick<NamedVoice, 'voice' | 'speaker'> {
  for (const name of [target_voice, fileName(ref_audio_path)]) {
    const named = name ? knownVoice(engine, name) : undefined;
    if (named) return named;
  }
  return { voice: defaults.voice ?? engine.voices[0] };
}

/** A file's name without its folders and its ending. */
function fileName(path: string | null | undefined): string | undefined {
  return /([^/\\]+?)(\.\w{1,5})?$/.exec(path ?? '')?.[1];
}

async function readReference(
  { ref_audio_path, aux_ref_audio_paths, prompt_text }: TtsRequest,
  { engine, references, limits }: Service,
): Promise<{ audio: Audio; text?: string; others?: Audio[] } | undefined> {
  if (!references || !ref_audio_path) return undefined;
  const bytes = await references.read(ref_audio_path).catch((error: unknown) => {
    // SillyTavern makes a path of a voice's name: the voice then speaks with its own timbre.
    if (
      knownVoice(engine, fileName(ref_audio_path) ?? '') &&
      error instanceof ApiError &&
      error.code === 'reference_not_found'
    )
      return undefined;
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
