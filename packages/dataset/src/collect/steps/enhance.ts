// Step 3: the voice enhanced.
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import { makeFolder } from '../../files/atomic';
import { allFinite, NOT_NUMBERS, type SoundSeparator } from '../models/separated';
import { type StepReport } from '../report';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';

/** @param enhancer absent: scenes stay as they are */
export async function enhance(context: StepContext, enhancer: SoundSeparator | undefined): Promise<StepReport> {
  const { work, signal } = context;
  return runSceneStep(context, {
    step: 'enhance',
    identity: () => enhancer?.identity ?? 'none',
    async make(scene) {
      if (enhancer === undefined) return {};
      const heard = await work.audio(scene.audio);
      const { voice } = await enhancer.separate(heard, signal);
      if (!allFinite(voice)) return { reason: NOT_NUMBERS };
      const audio = `enhance/${scene.name}.wav`;
      await makeFolder(path.dirname(work.path(audio)));
      await writeWavFile(work.path(audio), { samples: voice, sampleRate: heard.sampleRate }, { bitDepth: 'float32' });
      return { audio };
    },
  });
}
