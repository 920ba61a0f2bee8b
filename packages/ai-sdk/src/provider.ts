// The provider: a voice, loaded when it is first asked to speak, and the conversation that it answers.
import type { Dialogue } from '@gpt-talker/context';
import { Talker, type TalkerOptions } from '@gpt-talker/talker';
import { GptTalkerSpeechModel } from './speech-model';

export interface GptTalkerSettings extends TalkerOptions {
  /** A voice's folder, or a talker that is loaded already (and that the caller disposes). */
  voice: string | Talker;
  /** What has been said so far, with its sound where there is some; asked for before each reply. A call's own turns come before it. */
  dialogue?: Dialogue | (() => Dialogue | Promise<Dialogue>);
}

export interface GptTalkerProvider {
  /** The speech model; a voice has one, so that its name is only what logs show. */
  speech(modelId?: string): GptTalkerSpeechModel;
  /** The same, by the name under which provider registries look. */
  speechModel(modelId?: string): GptTalkerSpeechModel;
  /** Frees the voice, where this provider loaded it. May be called again. */
  dispose(): Promise<void>;
}

/** Makes a provider. Nothing is loaded before it speaks. */
export function createGptTalker({ voice, dialogue, ...options }: GptTalkerSettings): GptTalkerProvider {
  let loading: Promise<Talker> | undefined;
  const talker = (): Promise<Talker> => {
    if (typeof voice !== 'string') return Promise.resolve(voice);
    loading ??= Talker.load(voice, options);
    // What failed may succeed at the next call.
    loading.catch(() => (loading = undefined));
    return loading;
  };
  const said = async (): Promise<Dialogue> =>
    (typeof dialogue === 'function' ? await dialogue() : dialogue) ?? { turns: [] };
  const speech = (modelId = 'gpt-talker'): GptTalkerSpeechModel => new GptTalkerSpeechModel(modelId, { talker, said });
  return {
    speech,
    speechModel: speech,
    async dispose() {
      const loaded = await loading?.catch(() => undefined);
      loading = undefined;
      await loaded?.dispose();
    },
  };
}
