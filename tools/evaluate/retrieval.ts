// Retrieval as a measure of intelligibility: an utterance is right if, of all references, its own is the nearest.

export interface Miss {
  /** Which query was not understood. */
  index: number;
  /** The reference that was nearer than its own. */
  nearest: number;
  /** Distances to its own reference and to the nearest one. */
  ownDistance: number;
  nearestDistance: number;
}

export interface Retrieval {
  correct: number;
  total: number;
  /** correct ÷ total */
  share: number;
  misses: Miss[];
}

/**
 * Looks every query up among the references; query i belongs to reference i.
 *
 * @throws RangeError unless there are as many queries as references, and at least one
 */
export function retrieve<T>(
  queries: readonly T[],
  references: readonly T[],
  distance: (query: T, reference: T) => number,
): Retrieval {
  if (queries.length === 0 || queries.length !== references.length) {
    throw new RangeError(
      `retrieve: ${queries.length} queries for ${references.length} references; there must be as many, and at least one`,
    );
  }
  const misses: Miss[] = [];
  for (const [index, query] of queries.entries()) {
    const distances = references.map((reference) => distance(query, reference));
    const nearest = distances.indexOf(Math.min(...distances));
    if (nearest !== index)
      misses.push({ index, nearest, ownDistance: distances[index], nearestDistance: distances[nearest] });
  }
  const total = queries.length;
  const correct = total - misses.length;
  return { correct, total, share: correct / total, misses };
}
