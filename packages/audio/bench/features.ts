// How fast the features are on one core: `npm run bench -w packages/audio`. The sound is ten minutes of made-up speech.
// Times are of the processor, so that other work on the machine does not count.
import { mfcc, resample, trackPitch, type Audio } from '../src';

const SECONDS = 600;
const SAMPLE_RATE = 16000;
const HOP_SAMPLES = 320;

/** Half-second syllables (a gliding harmonic tone), with noise between them. */
function madeUpSpeech(): Audio {
  const samples = new Float32Array(SECONDS * SAMPLE_RATE);
  let state = 1;
  let phase = 0;
  for (let i = 0; i < samples.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const noise = state / 2 ** 31 - 1;
    const part = (i / SAMPLE_RATE) % 0.5;
    phase += (2 * Math.PI * (110 + 60 * Math.sin(i / 9000))) / SAMPLE_RATE;
    let tone = 0;
    for (let harmonic = 1; harmonic <= 8; harmonic++) tone += Math.sin(harmonic * phase) / harmonic;
    samples[i] = part < 0.35 ? 0.15 * tone + 0.005 * noise : 0.02 * noise;
  }
  return { samples, sampleRate: SAMPLE_RATE };
}

async function measure(name: string, work: () => unknown): Promise<void> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  const hour = (seconds * 3600) / SECONDS;
  console.log(
    `${name.padEnd(28)} ${(SECONDS / seconds).toFixed(0).padStart(5)} × real time, ${hour.toFixed(1).padStart(5)} s for an hour`,
  );
}

async function main(): Promise<void> {
  const speech = madeUpSpeech();
  const options = { sampleRate: SAMPLE_RATE, hopSamples: HOP_SAMPLES };
  await measure('MFCC (14 of 40 bands, 1024)', () =>
    mfcc(speech.samples, { ...options, fftSize: 1024, mels: 40, coefficients: 14 }),
  );
  await measure('pitch', () => trackPitch(speech.samples, options));
  const wide = await resample(speech, 44100);
  await measure('resample 44.1 → 32 kHz', () => resample(wide, 32000));
  await measure('resample 44.1 → 16 kHz', () => resample(wide, 16000));
}

void main();
