// Packs rows of examples into the arrays of a training step. B rows, T positions.
import { packSequences, type ConGptConfig } from '@gpt-talker/gpt/model';
import type { Segment, SequenceLayout } from '@gpt-talker/context';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { exampleSegments, type Example } from './examples';

export interface RowShape {
  rows: number;
  positions: number;
}

const HIDDEN = -1e9;

/** As `packSegments`, of prepared turns without text features. */
export function packRows(
  batch: readonly (readonly Example[])[],
  shape: RowShape,
  layout: SequenceLayout,
  config: ConGptConfig,
): Record<string, HostTensor> {
  const segments = batch.map((row) => row.map(exampleSegments));
  return packSegments(segments, shape, layout, { ...config, featureWidth: 0 });
}

/**
 * The inputs of a step: ids, kind, positions, roles, targets and weights [B, T], features [B, T, featureWidth] where the model has
 * them, mask [B, 1, T, T]. An example sees itself alone; padding sees nothing but itself.
 * @param batch rows of examples of segments
 */
export function packSegments(
  batch: readonly (readonly (readonly Segment[])[])[],
  { rows: B, positions: T }: RowShape,
  layout: SequenceLayout & { pace?: number },
  config: Pick<ConGptConfig, 'semanticVocabulary' | 'featureWidth' | 'roles'>,
): Record<string, HostTensor> {
  const { featureWidth: W } = config;
  const ids = new Int32Array(B * T);
  const kind = new Float32Array(B * T);
  const positions = new Int32Array(B * T);
  const roles = new Int32Array(B * T);
  const targets = new Int32Array(B * T);
  const weights = new Float32Array(B * T);
  const features = new Float32Array(B * T * W);
  const mask = new Float32Array(B * T * T).fill(HIDDEN);
  for (let row = 0; row < B; row++) {
    let start = row * T;
    for (const segments of batch[row] ?? []) {
      const packed = packSequences([segments], {
        ...layout,
        endOfSpeech: config.semanticVocabulary - 1,
        targets: 'last-turn',
        featureWidth: W,
      });
      const length = packed.ids.data.length;
      ids.set(packed.ids.data as Int32Array, start);
      kind.set(packed.kind.data as Float32Array, start);
      positions.set(packed.positions.data as Int32Array, start);
      roles.set(packed.roles.data as Int32Array, start);
      targets.set(packed.targets.data as Int32Array, start);
      weights.set(packed.weights.data as Float32Array, start);
      if (packed.features) features.set(packed.features.data as Float32Array, start * W);
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
    ...(W > 0 && { features: float32(features, [B, T, W]) }),
    targets: int32(targets, [B, T]),
    weights: float32(weights, [B, T]),
    mask: float32(mask, [B, 1, T, T]),
  };
}
