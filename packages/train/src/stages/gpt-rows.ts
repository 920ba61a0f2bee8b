// Packs rows of examples into the arrays of a training step. B rows, T positions.
import { packSequences, type ConGptConfig } from '@gpt-talker/gpt/model';
import type { SequenceLayout } from '@gpt-talker/context';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { exampleSegments, type Example } from './gpt-examples';

export interface RowShape {
  rows: number;
  positions: number;
}

const HIDDEN = -1e9;

/**
 * The inputs of a step: ids, kind, positions, roles, targets and weights [B, T], mask [B, 1, T, T]. An example sees itself
 * alone; padding sees nothing but itself.
 */
export function packRows(
  batch: readonly (readonly Example[])[],
  { rows: B, positions: T }: RowShape,
  layout: SequenceLayout,
  config: ConGptConfig,
): Record<string, HostTensor> {
  const ids = new Int32Array(B * T);
  const kind = new Float32Array(B * T);
  const positions = new Int32Array(B * T);
  const roles = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  const weights = new Float32Array(B * T);
  const mask = new Float32Array(B * T * T).fill(HIDDEN);
  for (let row = 0; row < B; row++) {
    let start = row * T;
    for (const example of batch[row] ?? []) {
      const packed = packSequences([exampleSegments(example)], {
        ...layout,
        endOfSpeech: config.semanticVocabulary - 1,
        targets: 'last-turn',
        featureWidth: 0,
      });
      const length = packed.ids.data.length;
      ids.set(packed.ids.data as Int32Array, start);
      kind.set(packed.kind.data as Float32Array, start);
      positions.set(packed.positions.data as Int32Array, start);
      roles.set(packed.roles.data as Int32Array, start);
      targets.set(packed.targets.data as Int32Array, start);
      weights.set(packed.weights.data as Float32Array, start);
      const own = packed.mask.data as Float32Array; // (n, n)
      for (let i = 0; i < length; i++)
        mask.set(own.subarray(i * length, (i + 1) * length), (start + i) * T + (start % T));
      start += length;
    }
    for (let i = start - row * T; i < T; i++) mask[(row * T + i) * T + i] = 0;
  }
  return {
    ids: int32(ids, [B, T]),
    kind: float32(kind, [B, T]),
    positions: int32(positions, [B, T]),
    ...(config.roles && { roles: int32(roles, [B, T]) }),
    targets: int32(targets, [B, T]),
    weights: float32(weights, [B, T]),
    mask: float32(mask, [B, 1, T, T]),
  };
}
