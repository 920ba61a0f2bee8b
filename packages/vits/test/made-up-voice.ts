// A voice folder around a tiny ConVITS with random weights, for tests of what needs a folder.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { VoiceManifest } from '@gpt-talker/voice';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { type ConVitsConfig } from '../src/model/config';
import { convitsGraphs } from '../src/model/graphs';
import { contextTokens } from '../src/model/receptive-field';
import { TINY, tinyModel } from './tiny';

tf.enableProdMode();

export const SAMPLES_PER_TOKEN = 20;

/** Writes the three graphs, `voice.json` and, for the files that are not read here, one byte each. */
export async function writeMadeUpVoice(folder: string, config: ConVitsConfig = TINY): Promise<void> {
  const { model, store } = tinyModel(config, { posterior: false });
  const contents: Record<string, Uint8Array> = {};
  for (const [key, { inputs, run }] of Object.entries(convitsGraphs(model)))
    contents[key] = exportOnnx(trace(run, inputs));
  for (const key of ['gpt', 'codebook']) contents[key] = Uint8Array.of(0);
  store.dispose();

  const files: VoiceManifest['files'] = {};
  await fs.mkdir(folder, { recursive: true });
  for (const [key, bytes] of Object.entries(contents)) {
    files[key] = { path: `${key}.onnx`, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    await fs.writeFile(path.join(folder, files[key].path), bytes);
  }
  const hopSamples = 10;
  const fftSize = 2 * (config.spectrogramBins - 1);
  const manifest: VoiceManifest = {
    format: 'gpt-talker-voice',
    version: 1,
    name: 'made up',
    license: 'MIT',
    origin: 'random weights',
    languages: ['en'],
    sampleRate: 50 * hopSamples,
    hopSamples,
    symbols: Array.from({ length: config.symbols }, (_, index) => `s${index}`),
    text: { features: 'none', featureWidth: 0 },
    layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 2, maxPositions: 64 },
    semantic: { vocabulary: config.quantizer.size + 1, endOfSpeech: config.quantizer.size, tokensPerSecond: 25 },
    gpt: { layers: 1, width: 1, heads: 1 },
    vits: {
      interChannels: config.interChannels,
      styleChannels: config.styleChannels,
      spectrogram: { fftSize, windowSamples: fftSize, hopSamples, bins: config.spectrogramBins },
      attentionWindow: config.attentionWindow,
      framesPerToken: 2,
      noiseScale: 0.5,
      source: config.decoder.kind === 'source-filter' ? 'harmonic' : undefined,
      contextTokens: contextTokens(config) ?? 0,
    },
    sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
    encoder: { kind: 'spectral', file: 'codebook' },
    files,
    references: [],
  };
  await fs.writeFile(path.join(folder, 'voice.json'), JSON.stringify(manifest));
}
