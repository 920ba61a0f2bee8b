// What no encoder can encode.
import { type Audio } from '@gpt-talker/audio';
import { SpeechEncoderError } from './speech-encoder';

/** @throws SpeechEncoderError `bad-audio` for samples that are not numbers */
export function requireFiniteSamples({ samples }: Audio): void {
  const broken = samples.findIndex((sample) => !Number.isFinite(sample));
  if (broken < 0) return;
  throw new SpeechEncoderError(
    'bad-audio',
    `sample ${broken} is ${samples[broken]}; only finite samples can be encoded`,
  );
}
