// A voice folder as the subject of an evaluation: the talker's own parts, put together once for both ways of making sound.
import { type Audio, readWavFile } from '@gpt-talker/audio';
import type { Turn } from '@gpt-talker/context';
import { Gpt, readEmissions } from '@gpt-talker/gpt';
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { Talker, VoiceTokenizer } from '@gpt-talker/talker';
import { Vits } from '@gpt-talker/vits';
import { type Subject } from './evaluation';

export interface LoadedSubject extends Subject {
  name: string;
  /** Speaks a text as the reply to a history. */
  reply(turns: Turn[], text: string, seed: number): Promise<Audio>;
  dispose(): Promise<void>;
}

/**
 * Loads a voice for evaluation: with this many takes of every reply, the agent's timbre from the voice's own reference, no history, the voice's own sampling.
 *
 * @throws VoiceFileError and what else `Talker.load` throws
 */
export async function loadSubject(folder: string, takes = 1): Promise<LoadedSubject> {
  const voice = await openVoice(folder);
  const host = await SessionHost.start();
  try {
    const [gpt, vits, tokenizer] = await Promise.all([
      Gpt.load(host, voice),
      Vits.load(host, voice),
      VoiceTokenizer.load(voice, host),
    ]);
    // As Talker.load does: without it nothing is said again, and no phoneme has a say in its tokens.
    const { alignment, symbols, semantic } = voice.manifest;
    const emissions =
      alignment && readEmissions(await voice.read(alignment.file), symbols.length, semantic.endOfSpeech);
    const talker = new Talker({ voice, gpt, vits, tokenizer, emissions, dispose: () => host.dispose() });
    const style = await vits.style(await agentReference(voice));
    return {
      name: voice.manifest.name,
      async speak(text, seed) {
        return talker.reply({ turns: [] }, text, { seed, takes });
      },
      async copy(audio, text, seed) {
        const [tokens, { phonemes }] = [await tokenizer.speech(audio), await tokenizer.text(text)];
        return vits.synthesize({ tokens, phonemes, style, seed });
      },
      async reply(turns, text, seed) {
        return (await talker.reply({ turns }, text, { seed, takes })).audio;
      },
      dispose: () => talker.dispose(),
    };
  } catch (error) {
    await host.dispose();
    throw error;
  }
}

async function agentReference(voice: Voice): Promise<Audio> {
  const { references } = voice.manifest;
  const reference = references.find(({ speaker }) => speaker === 'agent') ?? references[0];
  if (!reference)
    throw new Error(`${voice.folder}: voice.json lists no reference of the agent; export the voice with one`);
  return readWavFile(voice.path(reference.file));
}
