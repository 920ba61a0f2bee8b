// Which voice a name stands for.
import type { Engine, VoiceDescription } from '../engine/engine';
import { ApiError, quoted } from '../requests/api-error';

/** Voices and models of OpenAI's: clients that have them as defaults are to work unchanged. */
const OPENAI_VOICES = new Set(
  'alloy ash ballad coral cedar echo fable marin nova onyx sage shimmer verse default'.split(' '),
);
const OPENAI_MODELS = /^(tts-1|tts-1-hd|gpt-4o-mini-tts)(-\d{4}(-\d\d){1,2}|-latest)?$/;
export const OWN_MODEL = 'gpt-talker';

/** @throws ApiError 400 for a voice that is not here */
export function findVoice(
  { voices }: Pick<Engine, 'voices'>,
  name: string | undefined,
  param = 'voice',
): VoiceDescription {
  if (name === undefined) return voices[0];
  const voice = voices.find((known) => known.name === name);
  if (voice) return voice;
  if (OPENAI_VOICES.has(name.toLowerCase())) return voices[0];
  const message = `there is no voice ${quoted(name)}; choose one of ${voices.map((known) => known.name).join(', ')}`;
  throw ApiError.badRequest('voice_not_found', param, message);
}

/** A voice, and which of its speakers. */
export interface NamedVoice {
  voice: VoiceDescription;
  speaker?: string;
  /** Whether the name was none of ours, and the first voice stands in. */
  substituted: boolean;
}

/** The voice `name`, `voice:speaker`, or a speaker of the first voice; undefined for any other name. */
export function knownVoice(
  { voices }: Pick<Engine, 'voices'>,
  name: string,
): Pick<NamedVoice, 'voice' | 'speaker'> | undefined {
  const voice = voices.find((known) => known.name === name);
  if (voice) return { voice };
  for (const known of voices)
    for (const speaker of known.speakers ?? [])
      if (name === `${known.name}:${speaker}` || (known === voices[0] && name === speaker))
        return { voice: known, speaker };
  return undefined;
}

/**
 * What a client's voice name stands for: a voice, `voice:speaker`, a speaker of the first voice, or, for any other name, the first voice.
 * @throws ApiError 400 for what is no name
 */
export function findSpeaker({ voices }: Pick<Engine, 'voices'>, name: string | undefined): NamedVoice {
  if (name === undefined) return { voice: voices[0], substituted: false };
  const known = knownVoice({ voices }, name);
  if (known) return { ...known, substituted: false };
  const isPreset = OPENAI_VOICES.has(name.toLowerCase());
  // What is no name at all is a mistake, not another service's preset.
  if (!isPreset && !/^[\p{L}\p{N}][\p{L}\p{N} _.:+()-]{0,99}$/u.test(name)) findVoice({ voices }, name);
  return { voice: voices[0], substituted: !isPreset };
}

/** @throws ApiError 404 for a model that is not here */
export function checkModel({ voices }: Pick<Engine, 'voices'>, model: string): void {
  if (model === OWN_MODEL || OPENAI_MODELS.test(model) || voices.some(({ name }) => name === model)) return;
  throw ApiError.notFound('model_not_found', `there is no model ${quoted(model)}; use ${OWN_MODEL}`, 'model');
}
