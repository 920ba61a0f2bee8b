// What a torch file holds once it is read: plain data with tensors as leaves. Python's tuples, lists and sets are arrays here; dicts and
// utils.HParams are objects without a prototype, so that no key of a file can reach Object's own properties.
import { isArrayTensor, type ArrayTensor } from './array-tensor';
import { CheckpointError, printable } from './errors';

/** Nested plain data with {@link ArrayTensor} leaves. */
export type CheckpointValue =
  null | boolean | number | bigint | string | Uint8Array | ArrayTensor | CheckpointValue[] | CheckpointDict;

export interface CheckpointDict {
  [key: string]: CheckpointValue;
}

/** True for a dict of a checkpoint (not for a list or a tensor). */
export function isDict(value: unknown): value is CheckpointDict {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}

/** An empty dict. */
export function newDict(): CheckpointDict {
  return Object.create(null) as CheckpointDict;
}

/**
 * The tensors of one dict of a checkpoint, by name: `stateDict(checkpoint, 'weight')`. Entries that are not tensors are left out.
 * @throws CheckpointError `missing-entry`
 */
export function stateDict(
  checkpoint: { value: CheckpointValue; source: string },
  ...path: string[]
): Map<string, ArrayTensor> {
  let value: CheckpointValue = checkpoint.value;
  for (const key of path) value = isDict(value) ? value[key] : null;
  const entries = isDict(value) ? Object.entries(value) : [];
  const tensors = new Map(entries.filter((entry): entry is [string, ArrayTensor] => isArrayTensor(entry[1])));
  if (tensors.size === 0) {
    const place = path.length > 0 ? `under ${printable(path.join('.'))}` : 'at the top';
    throw new CheckpointError(
      'missing-entry',
      checkpoint.source,
      `there are no weights ${place}; is this the right kind of checkpoint?`,
    );
  }
  return tensors;
}
