// GPT-SoVITS' api_v2: /tts with its parameters, so that its clients need another URL and nothing else.
import { randomInt } from 'node:crypto';
import type { Audio } from '@gpt-talker/audio';
import type { FastifyReply } from 'fastify';
import { writeWav } from '@gpt-talker/audio';
import type { VoiceDescription } from '../../engine/engine';
import { soundEncoder, type SoundFormat } from '../../sound/formats';
import { joined } from '../../sound/pcm';
import { decodeUpload } from '../../sound/upload';
import { ApiError } from '../api-error';
import { errorResponses } from '../schemas/common';
import { speakersSchema, ttsSchema, type TtsRequest } from '../schemas/tts';
import { lifetimeOf, sendSpeech } from '../send-speech';
import type { App, Service } from '../service';
import { checkText } from '../text';
import { ignoredParameters, soundContent } from './speech';

/** Parameters that have an effect. */
const USED = [
  ...['text', 'text_lang', 'top_k', 'top_p', 'temperature', 'repetition_penalty', 'speed_factor', 'seed'],
  ...['media_type', 'streaming_mode'],
];
const WITH_REFERENCE = ['ref_audio_path', 'prompt_text', 'prompt_lang'];
const FORMATS: Record<NonNullable<TtsRequest['media_type']>, SoundFormat> = {
  wav: 'wav',
  raw: 'pcm',
  ogg: 'ogg',
  aac: 'aac',
};
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
    (request, reply) => speak(request.query, reply, service),
  );
  app.post('/tts', { schema: { ...common, summary: 'Speak a text (api_v2)', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, service),
  );
  // SillyTavern's provider sends its requests here.
  app.post('/', { schema: { ...common, summary: 'The same as /tts', body: ttsSchema } }, (request, reply) =>
    speak(request.body, reply, service),
  );
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

async function speak(request: TtsRequest, reply: FastifyReply, service: Service): Promise<FastifyReply> {
  const { speaking, ffmpeg, limits } = service;
  const { text, top_k, top_p, temperature, repetition_penalty, speed_factor, media_type = 'wav' } = request;
  checkText(text, 'text', service);
  const voice = namedVoice(request, service);
  checkLanguage(request.text_lang, voice);
  const format = FORMATS[media_type];
  const encoder = soundEncoder(format, { ffmpeg, sampleRate: voice.sampleRate });
  const reference = await readReference(request, service);
  const seed = request.seed === undefined || request.seed < 0 ? randomInt(LARGEST_SEED) : request.seed;
  const lifetime = lifetimeOf(reply, limits.replySeconds);
  const sampling = {
    ...(top_k !== undefined && { topK: top_k }),
    ...(top_p !== undefined && { topP: top_p }),
    ...(temperature !== undefined && { temperature }),
    ...(repetition_penalty !== undefined && { repetitionPenalty: repetition_penalty }),
  };
  const task = { voice: voice.name, text, seed, sampling, speed: speed_factor, reference };
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
  return reply
    .headers({ ...headers, 'X-Sample-Rate': String(voice.sampleRate) })
    .type('audio/wav')
    .send(Buffer.from(writeWav(joined(chunks))));
}

/** The voice that a reference's file name names, where there is no reference folder; else the first. */
function namedVoice({ ref_audio_path }: TtsRequest, { engine, references }: Service): VoiceDescription {
  const name = references ? undefined : /([^/\\]+)\.wav$/i.exec(ref_audio_path ?? '')?.[1];
  return engine.voices.find((voice) => voice.name === name) ?? engine.voices[0];
}

function checkLanguage(language: string, { name, languages }: VoiceDescription): void {
  // all_en: api_v2's way to say that nothing is in another language.
  const spoken = language.toLowerCase().replace(/^all_/, '');
  if (spoken === 'auto' || languages.includes(spoken)) return;
  const message = `text_lang: voice '${name}' speaks ${languages.join(', ')}; send text_lang=${languages[0]}`;
  throw ApiError.badRequest('language_unsupported', 'text_lang', message);
}

async function readReference(
  { ref_audio_path, prompt_text }: TtsRequest,
  { references, limits }: Service,
): Promise<{ audio: Audio; text?: string } | undefined> {
  if (!references || !ref_audio_path) return undefined;
  const bytes = await references.read(ref_audio_path);
  return { audio: decodeUpload(bytes, limits, 'ref_audio_path'), text: prompt_text?.trim() || undefined };
}
