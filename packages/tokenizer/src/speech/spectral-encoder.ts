// Speech to tokens without any trained network: MFCC, pitch and voicing, two 20 ms frames stacked, the nearest of k-means
// codes. It is the first iteration of HuBERT's own targets (Hsu et al. 2021, section II-B), with pitch added for style.
import { resample, type Audio } from '@gpt-talker/audio';
import { requireFiniteSamples } from './finite-samples';
import { kMeans, nearestCentroid } from './k-means';
import { drawDistinct, seededRandom } from './random';
import { readCodebook, writeCodebook, type SpectralCodebook } from './spectral-codebook-file';
import {
  FRAMES_PER_TOKEN,
  measureFrames,
  SAMPLE_RATE,
  SAMPLES_PER_TOKEN,
  type SpectralFrames,
} from './spectral-frames';
import { FEATURES, learnStatistics, normaliseFrames, type SpectralStatistics } from './spectral-normalisation';
import { SpeechEncoderError, type SpeechEncoder } from './speech-encoder';

/** How far fitting has come. */
export interface FitProgress {
  stage: 'features' | 'codes';
  done: number;
  /** Unknown while utterances are still being read. */
  total?: number;
}

/** How to fit an encoder. */
export interface FitOptions {
  /** Vocabulary size. Default 512. */
  codes?: number;
  /** Default 0. */
  seed?: number;
  /** Pitch registers to find: one per kind of speaker. Default 2. */
  registers?: number;
  /** Vectors (tokens) drawn from the corpus for clustering. Default 160,000. */
  maximumVectors?: number;
  /** Iterations of k-means, at most. Default 25. */
  iterations?: number;
  /** What one unit of log-pitch (a factor of 2.718) weighs, where a cepstrum's standard deviation weighs 0.6 to 1.5. */
  pitchWeight?: number;
  /** What the step from unvoiced to voiced weighs. */
  voicingWeight?: number;
  onProgress?: (progress: FitProgress) => void;
  signal?: AbortSignal;
}

const CODE_WIDTH = FRAMES_PER_TOKEN * FEATURES;

/** Frames of an utterance as the encoder compares them. */
export interface SpectralFeatures {
  /** [frames, width], row by row: 14 cepstra, pitch, voicing; normalised and weighted. */
  data: Float32Array;
  frames: number;
  width: number;
}

/**
 * Encodes speech by the nearest code of a codebook. Token t is computed for samples [640t, 640(t + 1)) at 16 kHz: two
 * frames, each centred on the middle of its 320 samples, with the sound reflected at its ends. A sound of n samples at
 * 16 kHz has floor(n ÷ 640) tokens (the rest is dropped); a shorter one is filled up with silence to one token.
 */
export class SpectralEncoder implements SpeechEncoder {
  private constructor(private readonly codebook: SpectralCodebook) {}

  /** Number of codes. */
  get vocabulary(): number {
    return this.codebook.centroids.length / CODE_WIDTH;
  }

  /** What was learnt from the corpus besides the codes. */
  get statistics(): Readonly<SpectralStatistics> {
    return this.codebook.statistics;
  }

  /**
   * Learns a codebook from a corpus of utterances. Keeps about 30 MB of measurements in memory for an hour of speech. The
   * same corpus, in the same order, and the same seed give the same encoder.
   *
   * @throws SpeechEncoderError when the corpus is silent or too small for that many codes, or on `signal`
   */
  static async fit(corpus: AsyncIterable<Audio> | Iterable<Audio>, options: FitOptions = {}): Promise<SpectralEncoder> {
    const { codes = 512, seed = 0, registers = 2, maximumVectors = 160_000, onProgress, signal } = options;
    for (const [name, value] of Object.entries({ codes, registers, maximumVectors })) {
      if (!Number.isInteger(value) || value < 1) {
        throw new SpeechEncoderError('bad-option', `${name} is ${value}; give a whole number of at least 1`);
      }
    }
    const measured: SpectralFrames[] = [];
    for await (const audio of corpus) {
      stopIfCancelled(signal);
      measured.push(measureFrames(await wholeTokens(audio)));
      onProgress?.({ stage: 'features', done: measured.length });
    }
    const statistics = await learnStatistics(measured, {
      registers,
      seed,
      pitchWeight: options.pitchWeight ?? 9,
      voicingWeight: options.voicingWeight ?? 1.5,
    });
    const vectors = drawVectors(measured, statistics, maximumVectors, seed);
    if (vectors.length < codes * CODE_WIDTH) {
      throw new SpeechEncoderError(
        'too-little-speech',
        `${vectors.length / CODE_WIDTH} tokens are too few for ${codes} codes; give more speech`,
      );
    }
    const centroids = await kMeans(
      { data: vectors, width: CODE_WIDTH },
      {
        codes,
        seed,
        iterations: options.iterations,
        onIteration: async (done, total) => {
          onProgress?.({ stage: 'codes', done, total });
          await new Promise((resolve) => setTimeout(resolve)); // lets timers and `signal` have their turn
          stopIfCancelled(signal);
        },
      },
    );
    return new SpectralEncoder({ statistics, centroids });
  }

  /** @throws SpeechEncoderError (`bad-codebook`) when the bytes are not what `toBytes` made */
  static fromBytes(bytes: Uint8Array): SpectralEncoder {
    return new SpectralEncoder(readCodebook(bytes));
  }

  /** The codebook as a safetensors file. */
  toBytes(): Uint8Array {
    return writeCodebook(this.codebook);
  }

  async encode(audio: Audio): Promise<Int32Array> {
    const { data, frames } = await this.features(audio);
    const tokens = new Int32Array(frames / FRAMES_PER_TOKEN);
    for (let token = 0; token < tokens.length; token++) {
      tokens[token] = nearestCentroid(data, token * CODE_WIDTH, this.codebook.centroids, CODE_WIDTH);
    }
    return tokens;
  }

  /** What `encode` compares with its codes: two frames a token. */
  async features(audio: Audio): Promise<SpectralFeatures> {
    const measured = measureFrames(await wholeTokens(audio));
    return { data: normaliseFrames(measured, this.codebook.statistics), frames: measured.frames, width: FEATURES };
  }

  /** The features that a token stands for: [FRAMES_PER_TOKEN, width], weighted as `features` are. */
  centroid(token: number): Float32Array {
    if (!Number.isInteger(token) || token < 0 || token >= this.vocabulary) {
      throw new SpeechEncoderError('bad-option', `token ${token} is not in a vocabulary of ${this.vocabulary}`);
    }
    return this.codebook.centroids.slice(token * CODE_WIDTH, (token + 1) * CODE_WIDTH);
  }
}

/** `audio` at 16 kHz, cut (or, below one token, filled up) to a whole number of tokens. */
async function wholeTokens(audio: Audio): Promise<Float32Array> {
  requireFiniteSamples(audio);
  const { samples } = await resample(audio, SAMPLE_RATE);
  if (samples.length >= SAMPLES_PER_TOKEN)
    return samples.subarray(0, samples.length - (samples.length % SAMPLES_PER_TOKEN));
  const filled = new Float32Array(SAMPLES_PER_TOKEN);
  filled.set(samples);
  return filled;
}

/** Up to `most` tokens' features, drawn at random from all. */
function drawVectors(
  corpus: SpectralFrames[],
  statistics: SpectralStatistics,
  most: number,
  seed: number,
): Float32Array {
  const total = corpus.reduce((sum, { frames }) => sum + frames / FRAMES_PER_TOKEN, 0);
  const drawn = drawDistinct(Math.min(most, total), total, seededRandom(seed)).sort();
  const vectors = new Float32Array(drawn.length * CODE_WIDTH);
  let next = 0;
  let first = 0;
  for (const measured of corpus) {
    const tokens = measured.frames / FRAMES_PER_TOKEN;
    const features = normaliseFrames(measured, statistics);
    for (; next < drawn.length && drawn[next] < first + tokens; next++) {
      const at = (drawn[next] - first) * CODE_WIDTH;
      vectors.set(features.subarray(at, at + CODE_WIDTH), next * CODE_WIDTH);
    }
    first += tokens;
  }
  return vectors;
}

function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new SpeechEncoderError('cancelled', 'fitting the speech encoder was cancelled');
}
