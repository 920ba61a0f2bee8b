// What gathers while a voice is imported: its files, and what its user should know.
import {
  exportOnnx,
  trace,
  type ExportOptions,
  type InputSpec,
  type TracedFunction,
  type TraceOptions,
} from '@gpt-talker/tfjs-onnx';
import { type VoiceContent } from '../export/voice-folder';
import { listed } from './upstream-checkpoint';

/** How weights are stored; `int8` keeps those of the large products of ConGPT in 8 bits. */
export type WeightStorage = 'float32' | 'float16' | 'int8';

/** A function of a model with what `trace` needs to know of it. */
export interface Exportable {
  run: TracedFunction;
  inputs: InputSpec[];
  options?: TraceOptions;
}

export interface CollectorOptions {
  weights: WeightStorage;
  onProgress?: (step: string) => void;
  signal?: AbortSignal;
}

export class Collector {
  readonly contents: VoiceContent[] = [];
  readonly notes: string[] = [];

  constructor(private readonly options: CollectorOptions) {}

  /** Announces a step. Reading and tracing are long computations: in between, timers and signals have their turn. */
  async step(what: string): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.(what);
  }

  /** Adds `{key}.onnx`; with `compact`, its large products may be stored in 8 bits. */
  async addGraph(key: string, { run, inputs, options }: Exportable, { compact = false } = {}): Promise<void> {
    await this.step(`exporting ${key}.onnx`);
    const bytes = exportOnnx(trace(run, inputs, options), this.storage(compact));
    this.contents.push({ key, path: `${key}.onnx`, bytes });
  }

  add(content: VoiceContent): void {
    this.contents.push(content);
  }

  /** Notes weights that no part of a model knows. */
  noteUnexpected(file: string, names: readonly string[]): void {
    if (names.length > 0) this.notes.push(`${file}: weights of no known use were left out: ${listed(names)}`);
  }

  private storage(compact: boolean): ExportOptions {
    const { weights } = this.options;
    if (weights === 'float32') return {};
    if (weights === 'float16' || !compact) return { weights: 'float16' };
    return { weights: 'float16', quantize: { bits: 8, blockSize: 128, minimumElements: 16_384 } };
  }
}
