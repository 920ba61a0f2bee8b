// The last check on what a pickle has made: only plain data may leave, of a depth and size that its readers can walk. A pickle can
// refer to one list many times or to itself, so a small file could otherwise stand for endless data.
import { isArrayTensor } from './array-tensor';
import { CheckpointError } from './errors';
import { isDict, type CheckpointValue } from './values';

const DEEPEST_NESTING = 100;
const MOST_VALUES = 10_000_000;

/** Returns `value` if all of it is plain. @throws CheckpointError */
export function checkPlainData(value: unknown, source: string): CheckpointValue {
  const sizes = new Map<object, number>();

  const measure = (item: unknown, depth: number): number => {
    if (item === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof item)) return 1;
    if (isArrayTensor(item) || item instanceof Uint8Array) return 1;
    if (!Array.isArray(item) && !isDict(item)) {
      throw new CheckpointError('unsupported', source, 'the file holds a class or function where data is expected.');
    }
    const known = sizes.get(item);
    if (known !== undefined) return known;
    // An endless value is infinitely deep.
    if (depth > DEEPEST_NESTING) throw tooLarge(source, `it is nested more than ${DEEPEST_NESTING} levels deep`);
    let size = 1;
    for (const child of Array.isArray(item) ? item : Object.values(item)) size += measure(child, depth + 1);
    if (size > MOST_VALUES) throw tooLarge(source, `it stands for more than ${MOST_VALUES} values`);
    sizes.set(item, size);
    return size;
  };

  measure(value, 0);
  return value as CheckpointValue;
}

function tooLarge(source: string, reason: string): CheckpointError {
  return new CheckpointError('too-large', source, `the content is not that of a checkpoint: ${reason}.`);
}
