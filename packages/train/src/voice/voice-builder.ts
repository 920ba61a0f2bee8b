// What gathers while a voice is made: its files, and what its user should know.
import {
  exportOnnx,
  trace,
  type ExportOptions,
  type InputSpec,
  type TracedFunction,
  type TraceOptions,
} from '@gpt-talker/tfjs-onnx';
import { gptGraph, gptTogetherGraph, type ConGpt } from '@gpt-talker/gpt/model';
import type { VoiceManifest } from '@gpt-talker/voice';
import { type VoiceContent } from './export/voice-folder';
import { listed } from './listed';

/** How weights are stored; `int8` keeps those of the large products of ConGPT in 8 bits. */
export type WeightStorage = 'float32' | 'float16' | 'int8';

/** A function of a model with what `trace` needs to know of it. */
export interface Exportable {
  run: TracedFunction;
  inputs: InputSpec[];
  options?: TraceOptions;
}

/** What of a graph may be stored in 8 bits. */
export interface CompactWeights {
  /** Large products, which then round what is multiplied as well, with one scale for all rows: faster. */
  activations?: boolean;
  /** Matrices that are multiplied by; products are computed in float32. */
  matrices?: boolean;
  /** Kernels of convolutions. */
  kernels?: boolean;
}

export interface VoiceBuilderOptions {
  weights: WeightStorage;
  onProgress?: (step: string) => void;
  signal?: AbortSignal;
}

/** Smaller products keep their weights. */
const COMPACT_ELEMENTS = 16_384;
/** For how many replies at once there are graphs; with fewer, some of a graph's places stay empty. */
const TOGETHER = [2, 4, 8];

export class VoiceBuilder {
  readonly contents: VoiceContent[] = [];
  readonly notes: string[] = [];

  constructor(private readonly options: VoiceBuilderOptions) {}

  /** Announces a step. Reading and tracing are long computations: in between, timers and signals have their turn. */
  async step(what: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.(what);
  }

  /**
   * Adds `{key}.onnx`; where weights may have 8 bits, those that `compact` names.
   */
  async addGraph(key: string, { run, inputs, options }: Exportable, compact: CompactWeights = {}): Promise<void> {
    await this.step(`exporting ${key}.onnx`);
    const bytes = exportOnnx(trace(run, inputs, options), this.storage(compact));
    this.contents.push({ key, path: `${key}.onnx`, bytes });
  }

  /**
   * Adds `gpt.onnx` and, where all of its products have 8-bit weights, graphs for the next token of several replies at once, which read
   * their weights out of it.
   * @returns what voice.json says of those
   */
  async addGpt(model: ConGpt): Promise<VoiceManifest['gpt']['together']> {
    await this.addGraph('gpt', gptGraph(model), { activations: true });
    const { width, feedForward, semanticVocabulary } = model.config;
    const smallest = width * Math.min(width, feedForward, semanticVocabulary);
    if (this.options.weights !== 'int8' || smallest < COMPACT_ELEMENTS) return undefined;
    const { path: location, bytes } = this.contents[this.contents.length - 1];
    const storage = this.storage({ activations: true }, 'int8-rows');
    const graphs: NonNullable<VoiceManifest['gpt']['together']> = [];
    for (const size of TOGETHER) {
      const file = `gpt-${size}`;
      await this.step(`exporting ${file}.onnx`);
      const { run, inputs } = gptTogetherGraph(model, size);
      const graph = exportOnnx(trace(run, inputs), { ...storage, constantsOf: { location, bytes } });
      this.contents.push({ key: file, path: `${file}.onnx`, bytes: graph });
      graphs.push({ file, size });
    }
    return graphs;
  }

  add(content: VoiceContent): void {
    this.contents.push(content);
  }

  /** Notes weights that no part of a model knows. */
  noteUnexpected(file: string, names: readonly string[]): void {
    if (names.length > 0) this.notes.push(`${file}: weights of no known use were left out: ${listed(names)}`);
  }

  private storage(
    { activations, matrices, kernels }: CompactWeights,
    rounding: 'int8' | 'int8-rows' = 'int8',
  ): ExportOptions {
    const { weights } = this.options;
    if (weights === 'float32') return {};
    if (weights === 'float16') return { weights };
    return {
      weights: 'float16',
      ...(activations && { quantize: { bits: 8, minimumElements: COMPACT_ELEMENTS, activations: rounding } }),
      ...(matrices && { matrices: 'int8' }),
      ...(kernels && { kernels: 'int8' }),
    };
  }
}
