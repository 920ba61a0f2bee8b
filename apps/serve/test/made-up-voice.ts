// A whole voice with random weights, small enough to be made for a test: it speaks nonsense, in every other respect it is a voice.
// Made through the same code that exports trained ones, in GPT-SoVITS's layout, so that both layouts are spoken end to end.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { readWavFile } from '@gpt-talker/audio';
import { ConGpt, congptConfig, gptGraph } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { SYMBOLS, SpectralEncoder } from '@gpt-talker/tokenizer';
import { writeVoiceFolder } from '@gpt-talker/train/export';
import { ConVits, contextTokens, convitsGraphs, type ConVitsConfig } from '@gpt-talker/vits/model';

const CODES = 16;
const FFT_SIZE = 1024;
const HOP_SAMPLES = 320;
const MAXIMUM_POSITIONS = 900;
const examples = path.resolve(__dirname, '../../../examples');

const convitsSizes: ConVitsConfig = {
  spectrogramBins: FFT_SIZE / 2 + 1,
  symbols: SYMBOLS.length,
  interChannels: 8,
  hiddenChannels: 8,
  filterChannels: 16,
  heads: 2,
  textLayers: 1,
  speechLayers: 1,
  kernel: 3,
  dropout: 0,
  relativeWindow: 2,
  attentionWindow: 4,
  styleChannels: 8,
  styleEncoder: { hiddenChannels: 8, kernel: 5, heads: 2 },
  crossAttentionHeads: 2,
  quantizer: { kind: 'spectral', size: CODES, width: 8 },
  posterior: { kernel: 5, layers: 1 },
  flow: { couplings: 2, kernel: 5, layers: 1 },
  decoder: { kind: 'istft', width: 16, blocks: 1, expansion: 2, kernel: 7, fftSize: FFT_SIZE, hopSamples: HOP_SAMPLES },
};

/** Writes the voice's folder. */
export async function writeMadeUpVoice(folder: string): Promise<void> {
  tf.enableProdMode();
  const sizes = congptConfig({
    layers: 2,
    width: 16,
    heads: 2,
    phonemeVocabulary: SYMBOLS.length,
    semanticVocabulary: CODES + 1,
    maxPositions: MAXIMUM_POSITIONS,
  });
  const generation = gptGraph(new ConGpt(new ParameterStore({ seed: 1 }).scope('model'), sizes));
  const synthesis = convitsGraphs(
    new ConVits(new ParameterStore({ seed: 2 }).scope(''), convitsSizes, { posterior: false }),
  );
  const graphs = Object.entries({ gpt: generation, ...synthesis }).map(([key, { run, inputs }]) => ({
    key,
    path: `${key}.onnx`,
    bytes: exportOnnx(trace(run, inputs)),
  }));
  const reference = path.join(examples, 'weekend-2.wav');
  const encoder = await SpectralEncoder.fit(
    [await readWavFile(path.join(examples, 'weekend-1.wav')), await readWavFile(reference)],
    { codes: CODES },
  );
  await writeVoiceFolder(
    folder,
    {
      format: 'gpt-talker-voice',
      version: 1,
      name: 'made-up',
      license: 'MIT',
      origin: 'random weights',
      languages: ['en'],
      sampleRate: 16000,
      hopSamples: HOP_SAMPLES,
      symbols: [...SYMBOLS],
      text: { features: 'none', featureWidth: 0 },
      layout: {
        order: 'text-first',
        textMask: 'bidirectional',
        roles: true,
        historyTurns: 2,
        maxPositions: MAXIMUM_POSITIONS,
      },
      semantic: { vocabulary: CODES + 1, endOfSpeech: CODES, tokensPerSecond: 25 },
      gpt: { layers: sizes.layers, width: sizes.width, heads: sizes.heads },
      vits: {
        interChannels: convitsSizes.interChannels,
        styleChannels: convitsSizes.styleChannels,
        spectrogram: { fftSize: FFT_SIZE, windowSamples: FFT_SIZE, hopSamples: HOP_SAMPLES, bins: FFT_SIZE / 2 + 1 },
        attentionWindow: convitsSizes.attentionWindow,
        framesPerToken: 2,
        noiseScale: 0.5,
        contextTokens: contextTokens(convitsSizes) ?? 0,
      },
      sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
      encoder: { kind: 'spectral', file: 'codebook' },
      references: [{ speaker: 'agent', file: 'reference-agent' }],
    },
    [
      ...graphs,
      { key: 'codebook', path: 'codebook.safetensors', bytes: encoder.toBytes() },
      { key: 'reference-agent', path: 'agent.wav', bytes: await readFile(reference) },
    ],
  );
}
