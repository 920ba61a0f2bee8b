// exportOnnx and writeOnnx: a graph as an .onnx file, its weights in the form in which they are used and stored as asked.
import { open, rename, rm } from 'node:fs/promises';

import { convolvePlanes } from '../cpu/plane-convolutions';
import { TraceError } from '../errors';
import { type Graph } from '../graph';
import { foldConstants } from '../passes/constant-folding';
import { eliminateDeadCode } from '../passes/dce';
import { constantsIn, type OtherFile } from './constants-elsewhere';
import { encodeModel, joinBytes, type EncodeOptions } from './encode';
import { storeAsFloat16 } from './float16';
import { storeKernelsAsInt8, storeMatricesAsInt8 } from './stored-int8';
import { quantizeMatMuls, type QuantizeOptions } from './quantize';

export interface ExportOptions {
  /** How large float constants are stored. The graph computes in float32 either way. Default float32. */
  readonly weights?: 'float32' | 'float16';
  /** `int8` stores large kernels of convolutions in 8 bits, whatever `weights` is. Default: as `weights` says. */
  readonly kernels?: 'int8';
  /** `int8` stores large matrices that are multiplied by in 8 bits; unlike `quantize`, products are computed in float32. */
  readonly matrices?: 'int8';
  /** Turns matrix products with constant weights into weight-only quantised ones; needs an onnxruntime with com.microsoft ops. */
  readonly quantize?: QuantizeOptions;
  /** An .onnx file beside which this one will lie: constants that it holds are read from there, and are not in this one. */
  readonly constantsOf?: OtherFile;
}

function prepare(graph: Graph, { weights = 'float32', kernels, matrices, quantize }: ExportOptions): Graph {
  if (quantize && (quantize.bits !== 8 || !isBlockSize(quantize.blockSize ?? 32))) {
    throw new TraceError(
      'invalid-argument',
      `quantize knows 8 bits and block sizes 16, 32, 64, … 256, not ${quantize.bits} bits in blocks of ${quantize.blockSize}`,
    );
  }
  let prepared = foldConstants(graph);
  if (quantize) prepared = quantizeMatMuls(prepared, quantize);
  prepared = convolvePlanes(prepared);
  if (kernels === 'int8') prepared = storeKernelsAsInt8(prepared);
  if (matrices === 'int8') prepared = storeMatricesAsInt8(prepared);
  if (weights === 'float16') prepared = storeAsFloat16(prepared);
  return eliminateDeadCode(prepared);
}

function isBlockSize(size: number): boolean {
  return size >= 16 && size <= 256 && Math.log2(size) % 1 === 0;
}

/**
 * The graph as the bytes of an .onnx file, weights inside.
 * @throws TraceError `export` where it would be larger than a protobuf may be (2 GB)
 */
export function exportOnnx(graph: Graph, options: ExportOptions = {}): Uint8Array {
  return joinBytes(encodeModel(prepare(graph, options), encoding(options)));
}

function encoding({ constantsOf }: ExportOptions): EncodeOptions {
  return constantsOf ? { elsewhere: constantsIn(constantsOf) } : {};
}

const WRITE_BYTES = 1 << 22;

/** Writes the graph to an .onnx file, whole or not at all. Large weights go to the file without a copy in memory. */
export async function writeOnnx(path: string, graph: Graph, options: ExportOptions = {}): Promise<void> {
  const parts = encodeModel(prepare(graph, options), encoding(options));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const part of inLargerPieces(parts)) await file.writeFile(part);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Joins neighbours until they are worth a write. */
function* inLargerPieces(parts: readonly Uint8Array[]): Generator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (part.length < WRITE_BYTES) {
      waiting.push(part);
      bytes += part.length;
    }
    if (part.length >= WRITE_BYTES || bytes >= WRITE_BYTES) {
      yield joinBytes(waiting);
      waiting = [];
      bytes = 0;
    }
    if (part.length >= WRITE_BYTES) yield part;
  }
  yield joinBytes(waiting);
}
