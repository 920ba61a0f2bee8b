// exportOnnx and writeOnnx: a graph as the bytes of an .onnx file.
import { open, rename, rm } from 'node:fs/promises';

import { type Graph } from '../graph';
import { encodeModel, joinBytes } from './encode';

export interface ExportOptions {
  readonly weights?: 'float32' | 'float16';
}

function prepare(graph: Graph, _options: ExportOptions): Graph {
  return graph;
}

/** The graph as the bytes of an .onnx file. */
export function exportOnnx(graph: Graph, options: ExportOptions = {}): Uint8Array {
  return joinBytes(encodeModel(prepare(graph, options)));
}

/** Writes the graph to an .onnx file, whole or not at all; the weights are not copied in memory. */
export async function writeOnnx(path: string, graph: Graph, options: ExportOptions = {}): Promise<void> {
  const parts = encodeModel(prepare(graph, options));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      for (const part of parts) await file.writeFile(part);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
