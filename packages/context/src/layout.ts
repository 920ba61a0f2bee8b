// How segments lie in ConGPT's one sequence, and which position may look at which. The graph is the same for every layout:
// order, positions and mask are made here.
import type { Segment } from './types';

export interface SequenceLayout {
  /** `interleaved`: T1 A1 … Tn An (GPT-Talker); `text-first`: T1 … Tn A1 … An (GPT-SoVITS). */
  order: 'interleaved' | 'text-first';
  /** `bidirectional`: a text position sees all of its text segment (text-first: all text), later positions too. */
  textMask: 'causal' | 'bidirectional';
}

export interface LayoutOptions extends SequenceLayout {
  /** Positions that were read before (P): the new ones see all of them. Interleaved only. Default 0. */
  past?: number;
}

/** The inputs of gpt.onnx for T new positions. */
export interface SequenceRows {
  /** [T]: phoneme ids where `kind` is 0, semantic tokens where it is 1. */
  ids: Int32Array;
  /** [T]: 0 = text, 1 = speech. */
  kind: Float32Array;
  /** [T]: counts from 0 in every segment; text-first, in all text and in all speech. */
  positions: Int32Array;
  /** [T]: 0 = user, 1 = agent. */
  roles: Int32Array;
  /** [T, P+T], additive: 0 where the row's position may see the column's, −10⁹ where not. */
  mask: Float32Array;
}

const HIDDEN = -1e9;

/** How many positions a segment takes: one a phoneme or token. */
export function segmentLength(segment: Segment): number {
  return segmentIds(segment).length;
}

/** How many positions segments take together. */
export function sequenceLength(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segmentLength(segment), 0);
}

/** The segments as they follow each other in the sequence. */
export function orderSegments(segments: readonly Segment[], order: SequenceLayout['order']): Segment[] {
  if (order === 'interleaved') return [...segments];
  return [...segments.filter(({ kind }) => kind === 'text'), ...segments.filter(({ kind }) => kind === 'speech')];
}

/**
 * Lays segments out as the graph's inputs.
 * @throws RangeError for a past with the text-first order: there, a new text comes before earlier speech, so nothing can be kept
 */
export function layoutSegments(
  segments: readonly Segment[],
  { order, textMask, past = 0 }: LayoutOptions,
): SequenceRows {
  if (past > 0 && order === 'text-first')
    throw new RangeError('a text-first sequence cannot be continued; lay all of it out anew');
  const length = sequenceLength(segments);
  const rows: SequenceRows = {
    ids: new Int32Array(length),
    kind: new Float32Array(length),
    positions: new Int32Array(length),
    roles: new Int32Array(length),
    mask: new Float32Array(length * (past + length)),
  };
  let start = 0;
  for (const group of groupSegments(orderSegments(segments, order), order)) {
    const groupLength = sequenceLength(group);
    let at = start;
    for (const segment of group) {
      rows.ids.set(segmentIds(segment), at);
      const end = at + segmentLength(segment);
      rows.kind.fill(segment.kind === 'speech' ? 1 : 0, at, end);
      rows.roles.fill(segment.role === 'agent' ? 1 : 0, at, end);
      at = end;
    }
    const seesAhead = group[0].kind === 'text' && textMask === 'bidirectional';
    for (let row = start; row < at; row++) {
      rows.positions[row] = row - start;
      // A row sees everything up to itself, or up to the end of its group.
      const end = past + (seesAhead ? start + groupLength : row + 1);
      rows.mask.fill(HIDDEN, row * (past + length) + end, (row + 1) * (past + length));
    }
    start = at;
  }
  return rows;
}

/** What counts as one segment for positions and masks: each (interleaved), or all text and all speech (text-first). */
function groupSegments(ordered: readonly Segment[], order: SequenceLayout['order']): Segment[][] {
  const filled = ordered.filter((segment) => segmentLength(segment) > 0);
  if (order === 'interleaved') return filled.map((segment) => [segment]);
  return (['text', 'speech'] as const)
    .map((kind) => filled.filter((segment) => segment.kind === kind))
    .filter((group) => group.length > 0);
}

function segmentIds(segment: Segment): Int32Array {
  return segment.kind === 'text' ? segment.phonemes : segment.tokens;
}
