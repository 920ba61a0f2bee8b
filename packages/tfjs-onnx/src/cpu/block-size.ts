// How many channels onnxruntime's direct convolutions take at once on this processor: as many floats as one of its registers holds.
import type * as ort from '@gpt-talker/onnxruntime';

import { type Graph, type Value } from '../graph';
import { encodeModel, joinBytes } from '../onnx/encode';
import { GraphBuilder } from '../graph-builder';

/** Operators of onnxruntime's processor provider on tensors whose channels lie in blocks: [B, C/block, H, W, block]. */
export const BLOCKED_DOMAIN = 'com.microsoft.nchwc';

/** More than any processor's block. */
const CHANNELS = 64;

let known: Promise<number | undefined> | undefined;

/** The length of a block; undefined where onnxruntime has no such convolutions. Asked once in a process. */
export function blockSize(runtime: typeof ort): Promise<number | undefined> {
  return (known ??= measure(runtime).catch(() => undefined));
}

/** Has two positions of many channels rearranged, and looks where the second position begins: behind the first one's block. */
async function measure(runtime: typeof ort): Promise<number | undefined> {
  const session = await runtime.InferenceSession.create(joinBytes(encodeModel(reordering())), { logSeverityLevel: 4 });
  try {
    const position = Float32Array.from({ length: 2 * CHANNELS }, (_, index) => index % 2);
    const { y } = await session.run({ x: new runtime.Tensor('float32', position, [1, CHANNELS, 1, 2]) });
    const block = (y.data as Float32Array).indexOf(1);
    return block > 1 ? block : undefined;
  } finally {
    await session.release();
  }
}

function reordering(): Graph {
  const builder = new GraphBuilder(false);
  const dims = [1, CHANNELS, 1, 2];
  const x: Value = { type: 'float32', shape: dims };
  const y = builder.node('ReorderInput', [x], dims, 'float32', {}, BLOCKED_DOMAIN);
  return {
    inputs: [{ name: 'x', type: 'float32', dims, value: x }],
    outputs: [{ name: 'y', type: 'float32', dims, value: y }],
    nodes: builder.nodes,
  };
}
