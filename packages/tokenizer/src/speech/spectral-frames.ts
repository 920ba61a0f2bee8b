// What SpectralEncoder measures in every 20 ms of speech: the spectrum's shape (MFCC), pitch, and level.
import { cosineTransform, melBandHertz, melDecibels, trackPitch } from '@gpt-talker/audio';

/** The sample rate at which speech is measured. */
export const SAMPLE_RATE = 16000;
/** 20 ms: 50 frames a second. */
export const HOP_SAMPLES = 320;
/** Two frames make a token: 25 a second. */
export const FRAMES_PER_TOKEN = 2;
export const SAMPLES_PER_TOKEN = HOP_SAMPLES * FRAMES_PER_TOKEN;
/** MFCC a frame; the first is the level. */
export const CEPSTRA = 14;

const FFT_SIZE = 1024;
/** 40 ms: a token's own samples, no wider, so that short sounds stay sharp. */
const WINDOW_SAMPLES = 640;
/** Mel bands a frame. */
export const MELS = 40;
/** Bands farther than this below the loudest are all the same silence. */
const RANGE_DECIBELS = 60;
const MINIMUM_HERTZ = 60;
const MAXIMUM_HERTZ = 400;
/** Frames this far below the loudest one (−40 dB), or below −80 dB of full scale, are silent. */
const SILENT_PART = 0.01;
const SILENT_LEVEL = 1e-4;

/** Measurements of `frames` frames. Frame f is centred on the middle of samples [320f, 320f + 320). */
export interface SpectralFrames {
  frames: number;
  /** Decibels in mel bands, [frames, MELS], row by row. */
  bands: Float32Array;
  /** Natural logarithm of the pitch in Hz; NaN where the frame is unvoiced. */
  logPitch: Float32Array;
  /** 1 where nothing is heard. */
  silent: Uint8Array;
}

/** Measures `samples` at 16 kHz, of which there are a whole number of frames. */
export function measureFrames(samples: Float32Array): SpectralFrames {
  const layout = { sampleRate: SAMPLE_RATE, hopSamples: HOP_SAMPLES };
  const { data, frames } = melDecibels(samples, {
    ...layout,
    fftSize: FFT_SIZE,
    windowSamples: WINDOW_SAMPLES,
    mels: MELS,
    rangeDecibels: RANGE_DECIBELS,
  });
  const { hertz } = trackPitch(samples, { ...layout, minimumHertz: MINIMUM_HERTZ, maximumHertz: MAXIMUM_HERTZ });
  return {
    frames,
    bands: data,
    logPitch: hertz.map((value) => (value > 0 ? Math.log(value) : NaN)),
    silent: findSilence(samples, frames),
  };
}

/**
 * MFCC, [frames, CEPSTRA], row by row. `warp` divides all frequencies: above 1 for speakers whose resonances are higher
 * than usual (vocal tract length normalisation, Lee & Rose 1996).
 */
export function cepstraOf({ bands, frames }: SpectralFrames, warp = 1): Float32Array {
  if (warp === 1) return cosineTransform(bands, MELS, CEPSTRA);
  const places = warpedPlaces(warp);
  const warped = new Float32Array(frames * MELS);
  for (let frame = 0; frame < frames; frame++) {
    const row = frame * MELS;
    for (let mel = 0; mel < MELS; mel++) {
      const below = Math.floor(places[mel]);
      const part = places[mel] - below;
      warped[row + mel] = bands[row + below] * (1 - part) + bands[row + Math.min(below + 1, MELS - 1)] * part;
    }
  }
  return cosineTransform(warped, MELS, CEPSTRA);
}

/** For every mel band, between which bands (index and fraction) lies `warp` times its frequency. */
function warpedPlaces(warp: number): Float64Array {
  const hertz = melBandHertz({ sampleRate: SAMPLE_RATE, fftSize: FFT_SIZE, mels: MELS });
  return Float64Array.from(hertz, (centre) => {
    const above = hertz.findIndex((other) => other >= centre * warp);
    if (above === 0) return 0;
    if (above < 0) return MELS - 1;
    return above - (hertz[above] - centre * warp) / (hertz[above] - hertz[above - 1]);
  });
}

function findSilence(samples: Float32Array, frames: number): Uint8Array {
  const powers = new Float64Array(frames);
  for (let i = 0; i < frames * HOP_SAMPLES; i++) powers[Math.floor(i / HOP_SAMPLES)] += samples[i] ** 2 / HOP_SAMPLES;
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const threshold = Math.max(SILENT_LEVEL ** 2, loudest * SILENT_PART ** 2);
  return Uint8Array.from(powers, (power) => (power < threshold ? 1 : 0));
}
