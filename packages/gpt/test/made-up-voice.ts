// A voice folder around a tiny ConGPT with random weights, for tests of what needs a folder.
import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore } from '@gpt-talker/nn';
import type { VoiceManifest } from '@gpt-talker/voice';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { ConGpt, congptConfig, gptGraph } from '../src/model';

tf.enableProdMode();

/** Writes `gpt.onnx`, `voice.json` and, for the files that are not read here, one byte each. */
export async function writeMadeUpVoice(folder: string): Promise<void> {
  const config = congptConfig({
    layers: 2,
    width: 16,
    heads: 2,
    phonemeVocabulary: 10,
    semanticVocabulary: 33,
    maxPositions: 64,
  });
  const { run, inputs } = gptGraph(new ConGpt(new ParameterStore({ seed: 3 }).scope('model'), config));
  const contents: Record<string, Uint8Array> = { gpt: exportOnnx(trace(run, inputs)) };
  for (const key of ['style', 'latent', 'decoder', 'codebook']) contents[key] = Uint8Array.of(0);

  const files: VoiceManifest['files'] = {};
  await fs.mkdir(folder, { recursive: true });
  for (const [key, bytes] of Object.entries(contents)) {
    files[key] = { path: `${key}.onnx`, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
    await fs.writeFile(path.join(folder, files[key].path), bytes);
  }
  const manifest: VoiceManifest = {
    format: 'gpt-talker-voice',
    version: 1,
    name: 'made up',
    license: 'MIT',
    origin: 'random weights',
    languages: ['en'],
    sampleRate: 16_000,
    hopSamples: 320,
    symbols: Array.from({ length: 10 }, (_, index) => `s${index}`),
    text: { features: 'none', featureWidth: 0 },
    layout: {
      order: 'interleaved',
      textMask: 'causal',
      roles: true,
      historyTurns: 2,
      maxPositions: config.maxPositions,
    },
    semantic: { vocabulary: 33, endOfSpeech: 32, tokensPerSecond: 25 },
    gpt: { layers: config.layers, width: config.width, heads: config.heads },
    vits: {
      interChannels: 1,
      styleChannels: 1,
      spectrogram: { fftSize: 1024, windowSamples: 1024, hopSamples: 320, bins: 513 },
      attentionWindow: null,
      framesPerToken: 2,
      noiseScale: 0.5,
      contextTokens: 0,
    },
    sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
    encoder: { kind: 'spectral', file: 'codebook' },
    files,
    references: [],
  };
  await fs.writeFile(path.join(folder, 'voice.json'), JSON.stringify(manifest));
}
