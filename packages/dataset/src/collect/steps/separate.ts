// Step 2: the voice without the background, and only scenes in which it is well above it.
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import { makeFolder } from '../../files/atomic';
import { allFinite, NOT_NUMBERS, type SoundSeparator } from '../models/separated';
import {
  NOISE_RULES,
  noiseReason,
  speechToPauseDecibels,
  voiceToBackgroundDecibels,
  type NoiseRules,
} from '../rules/noise';
import { type StepReport } from '../report';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';

/**
 * @param separator absent: scenes stay as they are, and their noise is what is heard between the words
 */
export async function separate(
  context: StepContext,
  separator: SoundSeparator | undefined,
  rules: NoiseRules = NOISE_RULES,
): Promise<StepReport> {
  const { work, signal } = context;
  return runSceneStep(context, {
    step: 'separate',
    identity: () => [separator?.identity ?? 'none', rules],
    async make(scene) {
      const mixture = await work.audio(scene.audio);
      if (separator === undefined) {
        const decibels = speechToPauseDecibels(mixture, scene.speech);
        return { decibels: inTenths(decibels), reason: noiseReason(decibels, rules) };
      }
      const { voice, background } = await separator.separate(mixture, signal);
      if (!allFinite(voice)) return { reason: NOT_NUMBERS };
      const decibels = voiceToBackgroundDecibels(voice, background);
      const reason = noiseReason(decibels, rules);
      if (reason !== undefined) return { decibels: inTenths(decibels), reason };
      const audio = `separate/${scene.name}.wav`;
      await makeFolder(path.dirname(work.path(audio)));
      await writeWavFile(work.path(audio), { samples: voice, sampleRate: mixture.sampleRate }, { bitDepth: 'float32' });
      return { decibels: inTenths(decibels), audio };
    },
  });
}

function inTenths(decibels: number | undefined): number | undefined {
  return decibels === undefined ? undefined : Math.round(10 * decibels) / 10;
}
