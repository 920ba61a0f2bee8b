// Models that take a spectrum and give the voice's spectrum, or a mask for the mixture's (GTCRN, DCCRN and their like): the
// transform there and back is made here, and what is not voice is the background.
import { type SpectrumDescription } from './description';
import { type GraphRunner } from './graph-runner';
import { type Separated } from './separated';
import { inverseStft, stft, type ComplexFrames } from './stft';

/** @param samples one channel at the model's rate */
export async function separateSpectrum(
  runner: GraphRunner,
  description: SpectrumDescription,
  samples: Float32Array,
  signal?: AbortSignal,
): Promise<Separated> {
  const mixture = stft(samples, description);
  const { bins, frames } = mixture;
  const spectrum = new Float32Array(2 * bins * frames);
  const perRun = description.framesPerRun ?? Math.max(1, frames);
  for (let first = 0; first < frames; first += perRun) {
    const part = new Float32Array(2 * bins * perRun);
    part.set(mixture.data.subarray(2 * bins * first, 2 * bins * (first + perRun)));
    const result = await separateFrames(runner, description, { data: part, bins, frames: perRun }, signal);
    spectrum.set(result.subarray(0, 2 * bins * Math.min(perRun, frames - first)), 2 * bins * first);
  }
  const voice = inverseStft({ data: spectrum, bins, frames }, samples.length, description);
  return { voice, background: samples.map((value, index) => value - voice[index]) };
}

/** The voice's spectrum of a few frames. */
async function separateFrames(
  runner: GraphRunner,
  { input, output }: SpectrumDescription,
  { data, bins, frames }: ComplexFrames,
  signal?: AbortSignal,
): Promise<Float32Array> {
  const sources = output.sources?.length ?? 1;
  const isComplex = input.axes.includes('complex');
  const magnitudes = magnitudesOf(data);
  const result = await runner.run(
    isComplex ? data : magnitudes,
    isComplex ? ['frames', 'bins', 'complex'] : ['frames', 'bins'],
    { batch: 1, channels: 1, sources, bins, frames, complex: 2 },
    output.axes.includes('complex') ? ['sources', 'frames', 'bins', 'complex'] : ['sources', 'frames', 'bins'],
    signal,
  );
  const size = result.length / sources;
  const spoken = (output.sources?.indexOf(output.voice) ?? 0) * size;
  const voice = result.subarray(spoken, spoken + size);
  if (voice.length === 2 * bins * frames) return output.gives === 'mask' ? product(data, voice) : voice;
  return data.map((value, index) => {
    const bin = index >> 1;
    return value * (output.gives === 'mask' ? voice[bin] : voice[bin] / Math.max(magnitudes[bin], 1e-9));
  });
}

function magnitudesOf(complex: Float32Array): Float32Array {
  const { sqrt } = Math;
  return new Float32Array(complex.length / 2).map((_, i) => sqrt(complex[2 * i] ** 2 + complex[2 * i + 1] ** 2));
}

/** Of complex numbers, one by one. */
function product(first: Float32Array, second: Float32Array): Float32Array {
  const result = new Float32Array(first.length);
  for (let i = 0; i < first.length; i += 2) {
    result[i] = first[i] * second[i] - first[i + 1] * second[i + 1];
    result[i + 1] = first[i] * second[i + 1] + first[i + 1] * second[i];
  }
  return result;
}
