// Splits a recording into the voice and everything else, with a model that the user names or with what a package carries.
import { resample, type Audio } from '@gpt-talker/audio';
import { type SessionHost } from '@gpt-talker/runtime';
import { readDescription, type ModelDescription } from './description';
import { GraphRunner } from './graph-runner';
import { openModel, type ModelPlace } from './open-model';
import { type Separated, type SoundSeparator } from './separated';
import { separateSpectrum } from './spectrum-model';
import { separateWaveform } from './waveform-model';

/** Where a model of each kind comes from. */
export const SEPARATION_PLACE: ModelPlace = {
  what: 'the source separation model',
  option: '--separation-model MODEL.json',
  where:
    'https://github.com/sevagh/demucs.onnx (Demucs as ONNX) or another export of https://github.com/facebookresearch/demucs',
  instead: '--separation none',
};

export const ENHANCEMENT_PLACE: ModelPlace = {
  what: 'the speech enhancement model',
  option: '--enhancement-model MODEL.json',
  where:
    'https://github.com/k2-fsa/sherpa-onnx/releases/tag/speech-enhancement-models (gtcrn_simple.onnx) or https://github.com/Xiaobin-Rong/gtcrn',
  instead: '--enhancement none',
};

export class Separator implements SoundSeparator {
  private constructor(
    private readonly runner: GraphRunner,
    private readonly description: ModelDescription,
    /** What it is and how it is set: part of the key by which finished work is recognised. */
    readonly identity: unknown,
  ) {}

  /** @throws DatasetError `option` where the model or its description is missing, or they do not fit each other */
  static async open(host: SessionHost, file: string | undefined, place: ModelPlace): Promise<Separator> {
    const { description, graph } = await readDescription(file, place);
    const { session, sha256 } = await openModel(host, graph, place);
    try {
      return new Separator(new GraphRunner(session, description, graph), description, [sha256, description]);
    } catch (error) {
      await session.dispose();
      throw error;
    }
  }

  /** @throws DatasetError `option` where the model gives tensors of another shape than its description says */
  async separate(audio: Audio, signal?: AbortSignal): Promise<Separated> {
    const { description, runner } = this;
    const { samples } = await resample(audio, description.sampleRate);
    const { mean, deviation } = description.normalise === 'none' ? { mean: 0, deviation: 1 } : moments(samples);
    const heard = samples.map((value) => (value - mean) / deviation);
    runner.reset();
    const separated =
      description.kind === 'waveform'
        ? await separateWaveform(runner, description, heard, signal)
        : await separateSpectrum(runner, description, heard, signal);
    const back = async (part: Float32Array, offset: number): Promise<Float32Array> => {
      const scaled = part.map((value) => value * deviation + offset);
      const { samples: result } = await resample(
        { samples: scaled, sampleRate: description.sampleRate },
        audio.sampleRate,
      );
      return ofLength(result, audio.samples.length);
    };
    return { voice: await back(separated.voice, mean), background: await back(separated.background, 0) };
  }

  async dispose(): Promise<void> {
    await this.runner.dispose();
  }
}

function moments(samples: Float32Array): { mean: number; deviation: number } {
  let [sum, squares] = [0, 0];
  for (const value of samples) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / Math.max(1, samples.length);
  const variance = squares / Math.max(1, samples.length) - mean * mean;
  return { mean, deviation: Math.sqrt(Math.max(variance, 1e-10)) };
}

/** Resampling there and back may add a sample. */
function ofLength(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  const result = new Float32Array(length);
  result.set(samples.subarray(0, length));
  return result;
}
