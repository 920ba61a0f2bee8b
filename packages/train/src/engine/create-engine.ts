// Which engine runs the steps: a graph on onnxruntime, or the same definition eagerly on a TensorFlow.js backend.
import { GptTalkerError } from '@gpt-talker/errors';
import * as tf from '@tensorflow/tfjs-core';
import type { CompileOptions } from '@gpt-talker/tfjs-onnx';
import { ParallelError } from '../parallel/errors';
import { ExchangingEngine } from '../parallel/exchanging-engine';
import type { Ranks } from '../parallel/ranks';
import { EagerEngine, TracedEngine, type Engine } from './engine';
import type { TrainingState } from './state';
import type { StepDefinition } from './step';

export const ENGINES = ['onnx', 'tfjs', 'tfjs-node-gpu'] as const;
export type EngineKind = (typeof ENGINES)[number];

export const PROVIDERS = ['cpu', 'webgpu', 'cuda'] as const;
export type Provider = (typeof PROVIDERS)[number];

export interface EngineOptions {
  /** Default `onnx`. */
  engine?: EngineKind;
  /** Where onnxruntime computes; default `cpu`. */
  provider?: Provider;
  /** Processor threads; default: one per physical core. */
  threads?: number;
  /** How much onnxruntime may rewrite the graphs; less of it compiles sooner and runs slower. Default `all`. */
  optimization?: CompileOptions['optimization'];
  /** Takes each step together with other processes. */
  ranks?: Ranks;
}

export class EngineUnavailableError extends GptTalkerError<'engine-unavailable'> {
  override readonly name = 'EngineUnavailableError';

  constructor(message: string, options?: ErrorOptions) {
    super('engine-unavailable', message, options);
  }
}

const HOW_TO_GET: Record<Exclude<Provider, 'cpu'>, string> = {
  webgpu: 'it needs a GPU with a Vulkan, Metal or Direct3D 12 driver; or train with --provider cpu',
  cuda: 'it needs Linux x64, an NVIDIA driver, CUDA 12 and cuDNN 9, and `ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node@1.30.0`; or train with --provider cpu',
};

/** How onnxruntime is to compile graphs; other engines evaluate on the processor. */
export function compileOptions({
  provider = 'cpu',
  threads,
  engine,
  optimization,
  ranks,
}: EngineOptions): CompileOptions {
  return {
    intraOpThreads: threads ?? ranks?.threads,
    optimization,
    executionProviders: provider === 'cpu' || (engine ?? 'onnx') !== 'onnx' ? ['cpu'] : [provider, 'cpu'],
  };
}

/** @throws EngineUnavailableError saying how to install what is missing */
export async function createEngine(
  definition: StepDefinition,
  state: TrainingState,
  options: EngineOptions = {},
): Promise<Engine> {
  const { engine = 'onnx', provider = 'cpu', ranks } = options;
  if (ranks && engine !== 'onnx')
    throw new ParallelError('unsupported', `--engine ${engine} trains alone; ranks train together with --engine onnx`);
  if (engine === 'onnx') {
    try {
      if (ranks) return ExchangingEngine.create(definition, state, ranks, compileOptions(options));
      return await TracedEngine.create(definition, state, compileOptions(options));
    } catch (error) {
      if (provider === 'cpu' || (error as { code?: string }).code !== 'runtime') throw error;
      throw new EngineUnavailableError(
        `onnxruntime has no ${provider} provider here (${(error as Error).message}); ${HOW_TO_GET[provider]}`,
        { cause: error },
      );
    }
  }
  if (engine === 'tfjs-node-gpu') await useNodeGpu();
  return new EagerEngine(definition, state);
}

const LAST_NODE_OF_NODE_GPU = 22;

/** Loads the native backend; it registers itself. */
async function useNodeGpu(): Promise<void> {
  // Not a literal: the package is the user's to install, and neither the type checker nor the bundler may ask for it.
  const name: string = '@tensorflow/tfjs-node-gpu';
  // 4.22, the last release, calls `util.isNullOrUndefined`, which Node 23 removed: it would load, and fail at the first tensor.
  const major = Number(process.versions.node.split('.')[0]);
  if (major > LAST_NODE_OF_NODE_GPU) {
    throw new EngineUnavailableError(
      `--engine tfjs-node-gpu: ${name} 4.22 runs on Node 20 and 22, not on ${process.versions.node}; use Node 22 and \`npm install @tensorflow/tfjs-node-gpu\` there, or train with --engine onnx`,
    );
  }
  try {
    await import(name);
  } catch (error) {
    throw new EngineUnavailableError(
      `--engine tfjs-node-gpu: ${name} cannot be loaded (${(error as Error).message.split('\n')[0]}); install it with ` +
        '`npm install @tensorflow/tfjs-node-gpu` (Linux or Windows x64, CUDA 11.8 and cuDNN 8.6), or train with --engine onnx',
      { cause: error },
    );
  }
  await tf.setBackend('tensorflow');
}
