// The smallest voice that has everything: both stages, an alignment prior, a source-filter decoder.
import { voiceConfigSchema } from '../src/config/voice-config';

const learningRate = { initial: 0.001, peak: 0.002, end: 0.001, warmupSteps: 1 };
const shared = { learningRate, weightDecay: 0.01, betas: [0.9, 0.95], clipNorm: 1, totalSteps: 4 };

/** For corpora of writeTinyCorpus at 4 kHz. */
export const tinyVoiceConfig = voiceConfigSchema.parse({
  ...{ name: 'test', seed: 1, sampleRate: 4000, hopSamples: 80, historyTurns: 2, noiseScale: 0.3 },
  encoder: { codes: 12, registers: 1, utterances: 10, pitchWeight: 1 },
  gpt: {
    model: {
      ...{ layers: 1, width: 8, heads: 1, feedForward: 8, phonemeVocabulary: 322, dropout: 0.1, maxPositions: 200 },
      alignment: { freeTokens: 1.5, decayTokens: 2 },
    },
    train: { rows: 2, positions: 80, historyShares: [0.5, 0.5], roles: ['agent'], ...shared },
  },
  vits: {
    model: {
      ...{ interChannels: 4, hiddenChannels: 8, filterChannels: 8, textLayers: 1, speechLayers: 1, styleChannels: 8 },
      ...{ codeWidth: 8, attentionWindow: 4, posteriorLayers: 1, flow: { couplings: 2, kernel: 3, layers: 1 } },
      fftSize: 256,
      decoder: { width: 8, blocks: 1, expansion: 2, kernel: 3, fftSize: 128, parts: 2, pitchWidth: 8 },
    },
    train: {
      utterances: 2,
      tokens: 8,
      phonemes: 8,
      referenceFrames: 12,
      ...shared,
      lossWeights: { mel: 45, kl: 1, pitch: 10 },
    },
  },
  sampling: { topK: 5, topP: 1, temperature: 0.6, repetitionPenalty: 1, minimumTokens: 1 },
});
