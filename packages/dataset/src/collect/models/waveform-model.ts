// Models that take samples and give samples (Demucs, Conv-TasNet, SepFormer): long sound goes through in segments that overlap and
// are faded into each other.
import { type WaveformDescription } from './description';
import { type GraphRunner } from './graph-runner';
import { type Separated } from './separated';

/** @param samples one channel at the model's rate; given to every channel that the model has */
export async function separateWaveform(
  runner: GraphRunner,
  description: WaveformDescription,
  samples: Float32Array,
  signal?: AbortSignal,
): Promise<Separated> {
  const segment = description.segmentSamples ?? samples.length;
  const step = Math.max(1, Math.floor(segment * (1 - description.overlap)));
  const voice = new Float32Array(samples.length);
  const background = new Float32Array(samples.length);
  const weights = new Float32Array(samples.length);
  for (let start = 0; start < samples.length; start += step) {
    const part = new Float32Array(segment);
    part.set(samples.subarray(start, start + segment));
    const separated = await separateSegment(runner, description, part, signal);
    const length = Math.min(segment, samples.length - start);
    for (let i = 0; i < length; i++) {
      const weight = description.overlap === 0 ? 1 : Math.min(i + 1, segment - i) / segment;
      voice[start + i] += weight * separated.voice[i];
      background[start + i] += weight * separated.background[i];
      weights[start + i] += weight;
    }
    if (start + segment >= samples.length) break;
  }
  const normalise = (part: Float32Array) => part.map((value, index) => value / weights[index]);
  return { voice: normalise(voice), background: normalise(background) };
}

async function separateSegment(
  runner: GraphRunner,
  { channels, output }: WaveformDescription,
  part: Float32Array,
  signal?: AbortSignal,
): Promise<Separated> {
  const sources = output.sources?.length ?? 1;
  const sizes = { batch: 1, sources, channels, samples: part.length };
  const repeated = new Float32Array(channels * part.length);
  for (let channel = 0; channel < channels; channel++) repeated.set(part, channel * part.length);
  const wanted = ['sources', 'channels', 'samples'] as const;
  const result = await runner.run(repeated, ['channels', 'samples'], sizes, wanted, signal);
  const stem = (index: number, sample: number) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++)
      sum += result[(index * channels + channel) * part.length + sample];
    return sum / channels;
  };
  const spoken = output.sources?.indexOf(output.voice) ?? 0;
  const voice = part.map((_, sample) => stem(spoken, sample));
  const background = part.map((mixture, sample) => {
    if (output.sources === undefined) return mixture - voice[sample];
    let sum = 0;
    for (let index = 0; index < sources; index++) if (index !== spoken) sum += stem(index, sample);
    return sum;
  });
  return { voice, background };
}
