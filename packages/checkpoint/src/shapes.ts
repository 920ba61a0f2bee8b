// Arithmetic on shapes that files claim, and the checks that they are shapes at all.

const MOST_AXES = 32;

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** True for a list of lengths, offsets or strides. */
export function isCountList(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MOST_AXES && value.every(isCount);
}

/** How many elements a shape has. Beyond 2⁵³ it is rounded, which is still beyond any file. */
export function countOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The strides of a dense row-major tensor. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * Math.max(shape[axis + 1], 1);
  return strides;
}
