// How large each number of a voice.json may be. A voice comes from strangers: whatever it says must not have a program reserve memory
// without end, or compute for longer than anybody waits. The bounds lie far beyond what GPT-Talker, GPT-SoVITS and their relatives have.
import { z } from 'zod';

type Range = readonly [least: number, most: number];

/** By field; whole numbers. */
const COUNTS = {
  /** 50 frames a second, of at most 192 kHz. Small ones cost nothing: models of a few numbers have them. */
  hopSamples: [8, 3_840],
  /** ERes2NetV2's is 20480 wide. */
  speakerWidth: [1, 65_536],
  /** BERT's hidden layer has 768 or 1024. */
  featureWidth: [0, 8_192],
  /** Two of them stand around a text. */
  bertPositions: [3, 8_192],
  historyTurns: [0, 100],
  /** 4000 upstream; attention costs the square of it. */
  positions: [16, 32_768],
  vocabulary: [2, 65_536],
  endOfSpeech: [0, 65_535],
  layers: [1, 128],
  width: [1, 8_192],
  heads: [1, 256],
  /** Replies of one step. */
  together: [2, 64],
  channels: [1, 8_192],
  fftSize: [16, 16_384],
  spectrogramHop: [8, 16_384],
  bins: [1, 8_193],
  attentionWindow: [1, 10_000],
  /** Tokens that are computed again with each chunk, on either side. */
  contextTokens: [0, 512],
  topK: [0, 65_536],
  /** 20 s of speech that may not end. */
  minimumTokens: [0, 500],
  stutterTokens: [0, 1_000],
  fileBytes: [0, 64 * 2 ** 30],
} as const satisfies Record<string, Range>;

/** By field; any numbers. */
const NUMBERS = {
  /** Tokens that one phoneme lasts. */
  duration: [0, 1_000],
  edgeTokens: [0, 1_000],
  freeTokens: [0, 1_000],
  decayTokens: [0.001, 1_000],
  followingOffset: [-10, 10],
  followingSlope: [-10, 10],
  noiseScale: [0, 10],
  topP: [0.0001, 1],
  temperature: [0, 10],
  repetitionPenalty: [0.1, 10],
  phonemeWeight: [0, 10],
  pace: [0.2, 5],
  tailSeconds: [0, 10],
} as const satisfies Record<string, Range>;

/** How many of a kind a list may have. */
export const MOST = { symbols: 10_000, files: 64, references: 64, languages: 8, together: 8 } as const;

/** What the keys and values of one conversation may take, in bytes. */
const MOST_CACHE_BYTES = 2 * 2 ** 30;
const FLOAT_BYTES = 4;
/** A window of the spectrogram moves on by at least this share of itself: a shorter step is more frames, each with a transform. */
const LEAST_STEP = 1 / 64;

export const boundedCount = (field: keyof typeof COUNTS) =>
  z.number().int().min(COUNTS[field][0]).max(COUNTS[field][1]);
export const boundedNumber = (field: keyof typeof NUMBERS) => z.number().min(NUMBERS[field][0]).max(NUMBERS[field][1]);

/** The numbers that bound work and memory together. */
export interface SizedVoice {
  semantic: { tokensPerSecond: number; vocabulary: number; endOfSpeech: number };
  layout: { maxPositions: number; alignment?: { durations: readonly number[] } };
  symbols: readonly string[];
  gpt: { layers: number; width: number; heads: number };
  vits: {
    framesPerToken: number;
    spectrogram: { fftSize: number; windowSamples: number; hopSamples: number; bins: number };
  };
}

type Report = (path: (string | number)[], message: string) => void;

/** Reports numbers that are each possible and together are not. */
export function checkTogether({ semantic, layout, symbols, gpt, vits }: SizedVoice, report: Report): void {
  const { fftSize, windowSamples, hopSamples, bins } = vits.spectrogram;
  const cacheBytes = 2 * gpt.layers * gpt.width * layout.maxPositions * FLOAT_BYTES;
  if (cacheBytes > MOST_CACHE_BYTES)
    report(['layout', 'maxPositions'], `needs ${cacheBytes} bytes for one conversation, more than ${MOST_CACHE_BYTES}`);
  if (gpt.width % gpt.heads !== 0) report(['gpt', 'heads'], 'must divide gpt.width');
  if (vits.framesPerToken * semantic.tokensPerSecond !== FRAMES_PER_SECOND)
    report(['vits', 'framesPerToken'], `must be ${FRAMES_PER_SECOND / semantic.tokensPerSecond}`);
  if (windowSamples > fftSize) report(['vits', 'spectrogram', 'windowSamples'], 'must not exceed fftSize');
  if (hopSamples > windowSamples || hopSamples < windowSamples * LEAST_STEP)
    report(['vits', 'spectrogram', 'hopSamples'], `must be ${LEAST_STEP} to 1 of windowSamples`);
  if (bins > fftSize / 2 + 1) report(['vits', 'spectrogram', 'bins'], 'must not exceed fftSize / 2 + 1');
  // What comes after it would be no sound that the decoder knows.
  if (semantic.endOfSpeech < semantic.vocabulary - 1)
    report(['semantic', 'endOfSpeech'], 'must be the last of semantic.vocabulary');
  const durations = layout.alignment?.durations.length ?? symbols.length;
  if (durations !== symbols.length) report(['layout', 'alignment', 'durations'], 'must be one for each symbol');
}

const FRAMES_PER_SECOND = 50;
