// Every number of a voice.json, and what strangers might write there.

export type Field = readonly (string | number)[];

/** Twenty values that sizes, counts, durations and factors must survive. */
export const EXTREMES: readonly unknown[] = [
  ...[0, -0, -1, 1, 2, 3, 0.5, -0.5],
  ...[1e-300, 5e-324, 1e9, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e300, -1e300],
  ...[null, '320', [320]],
];

/** Where the numbers of a value stand, the first and last of each list; the sizes of files are what they are. */
export function numericFields(value: unknown, at: Field = []): Field[] {
  if (typeof value === 'number') return [at];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    const ends = [...new Set([0, value.length - 1])].filter((index) => index in value);
    return ends.flatMap((index) => numericFields(value[index], [...at, index]));
  }
  return Object.entries(value).flatMap(([name, member]) => numericFields(member, [...at, name]));
}

/** A copy with another value in one place. */
export function withField<T>(value: T, [name, ...rest]: Field, changed: unknown): T {
  if (name === undefined) return changed as T;
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string | number, unknown>;
  copy[name] = withField(copy[name], rest, changed);
  return copy as T;
}
