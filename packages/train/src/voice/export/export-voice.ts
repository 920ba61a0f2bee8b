// From trained weights to a voice: both models traced into graphs, with the encoder's codes and the reference recordings.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { gptGraph } from '@gpt-talker/gpt/model';
import type { ParameterStore } from '@gpt-talker/nn';
import { readSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import type { VoiceManifest } from '@gpt-talker/voice';
import { exportOnnx, trace, type ExportOptions } from '@gpt-talker/tfjs-onnx';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { contextTokens, convitsGraphs } from '@gpt-talker/vits/model';
import { voiceRecipesOf, type VoiceConfig } from '../../config';
import { parameterKey } from '../../engine/step';
import { ALIGNMENT_FILE } from '../../congpt/alignment';
import { createConGpt } from '../../congpt/model';
import { createSpeaker } from '../../convits/model';
import { writeVoiceFolder, type VoiceContent } from './voice-folder';

export interface ExportVoiceOptions {
  config: VoiceConfig;
  /** Training checkpoints of both stages. */
  gptCheckpoint: string;
  vitsCheckpoint: string;
  /** The encoder as `SpectralEncoder.toBytes` wrote it. */
  codebook: Uint8Array;
  /** Recordings that give the timbre where a dialogue has none, as 16-bit wav files. */
  references: { speaker: 'user' | 'agent'; text: string; file: string }[];
  description: string;
  license: string;
  origin: string;
  /** Whose speech the voice speaks with, and by what right. */
  consent?: VoiceManifest['consent'];
  /** The folder to write. */
  output: string;
}

/** Weights of large products in 8 bits, all others in 16: small files; both are widened again when the graph is loaded. */
const COMPACT: ExportOptions = { weights: 'float16', quantize: { bits: 8, blockSize: 128, minimumElements: 16_384 } };
const HALF: ExportOptions = { weights: 'float16' };
const FORMS: Record<string, ExportOptions> = { decoder: COMPACT, latent: { ...HALF, kernels: 'int8' } };

/** @returns the manifest as written */
export async function exportVoice(options: ExportVoiceOptions): Promise<VoiceManifest> {
  const { config } = options;
  const recipes = voiceRecipesOf(config);
  const gpt = createConGpt(recipes.gpt);
  await loadWeights(options.gptCheckpoint, gpt.store);
  const vits = createSpeaker(recipes.vits);
  await loadWeights(options.vitsCheckpoint, vits.store);

  const contents: VoiceContent[] = [];
  const generation = gptGraph(gpt.model);
  contents.push({ key: 'gpt', path: 'gpt.onnx', bytes: exportOnnx(trace(generation.run, generation.inputs), COMPACT) });
  for (const [key, graph] of Object.entries(convitsGraphs(vits.model))) {
    contents.push({
      key,
      path: `${key}.onnx`,
      bytes: exportOnnx(trace(graph.run, graph.inputs), FORMS[key] ?? HALF),
    });
  }
  contents.push({ key: 'codebook', path: 'codebook.safetensors', bytes: options.codebook });
  for (const [index, { file }] of options.references.entries()) {
    contents.push({
      key: `reference-${index}`,
      path: `references/${path.basename(file)}`,
      bytes: await readFile(file),
    });
  }
  const { alignment: settings } = config.gpt.model;
  const alignment = settings && (await readAlignment(options.gptCheckpoint, settings.spokenDecayTokens));
  return writeVoiceFolder(options.output, manifestOf(options, alignment), contents);
}

/** The prior that the run wrote beside its checkpoints. */
async function readAlignment(checkpoint: string, decayTokens?: number): Promise<VoiceManifest['layout']['alignment']> {
  const file = path.join(path.dirname(checkpoint), ALIGNMENT_FILE);
  const trained = JSON.parse(await readFile(file, 'utf8')) as NonNullable<VoiceManifest['layout']['alignment']>;
  return { ...trained, decayTokens: decayTokens ?? trained.decayTokens };
}

function manifestOf(
  { config, description, license, origin, consent, references }: ExportVoiceOptions,
  alignment: VoiceManifest['layout']['alignment'],
): Omit<VoiceManifest, 'files'> {
  const { gpt, vits, encoder, sampleRate, hopSamples } = config;
  const { fftSize } = vits.model;
  const margin = contextTokens(voiceRecipesOf(config).vits.model);
  return {
    format: 'gpt-talker-voice',
    version: 1,
    name: config.name,
    description,
    license,
    origin,
    ...(consent && { consent }),
    languages: ['en'],
    sampleRate,
    hopSamples,
    symbols: [...SYMBOLS],
    text: { features: 'none', featureWidth: 0 },
    layout: {
      order: 'interleaved',
      textMask: 'causal',
      alignment,
      roles: true,
      historyTurns: config.historyTurns,
      maxPositions: gpt.model.maxPositions,
    },
    semantic: { vocabulary: encoder.codes + 1, endOfSpeech: encoder.codes, tokensPerSecond: 25 },
    gpt: { layers: gpt.model.layers, width: gpt.model.width, heads: gpt.model.heads },
    vits: {
      interChannels: vits.model.interChannels,
      styleChannels: vits.model.styleChannels,
      spectrogram: { fftSize, windowSamples: fftSize, hopSamples, bins: fftSize / 2 + 1 },
      attentionWindow: vits.model.attentionWindow,
      framesPerToken: 2,
      noiseScale: config.noiseScale,
      source: 'harmonic',
      contextTokens: margin ?? 0,
    },
    sampling: config.sampling,
    encoder: { kind: 'spectral', file: 'codebook' },
    references: references.map(({ speaker, text }, index) => ({ speaker, text, file: `reference-${index}` })),
  };
}

/** Parameters of a training checkpoint, without the optimiser's state and without what the model does not have. */
async function loadWeights(file: string, store: ParameterStore): Promise<void> {
  const { tensors } = readSafetensors(await readFile(file));
  const weights = new Map<string, ArrayTensor>();
  for (const name of store.names()) {
    const tensor = tensors.get(parameterKey(name));
    if (tensor === undefined)
      throw new Error(`${file}: has no parameter ${name}; export with the configuration that it was trained with`);
    weights.set(name, tensor);
  }
  store.load(weights);
}
