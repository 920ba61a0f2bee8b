// How segments lie in ConGPT's one sequence, and which position may look at which. The graph is the same for every layout:
// order, positions and mask are made here.
import { expectedTokens, followedPace, phonemeDurations, type AlignmentPrior } from './alignment';
import type { Segment } from './types';

export interface SequenceLayout {
  /** `interleaved`: T1 A1 … Tn An (GPT-Talker); `text-first`: T1 … Tn A1 … An (GPT-SoVITS). */
  order: 'interleaved' | 'text-first';
  /** `bidirectional`: a text position sees all of its text segment (text-first: all text), later positions too. */
  textMask: 'causal' | 'bidirectional';
  /** What speech sees of text; absent: all that came before, as in the reference. */
  alignment?: AlignmentPrior;
}

export interface LayoutOptions extends SequenceLayout {
  /** Gives the rows of the positions from here on (P); those before are already in the cache. Interleaved only. Default 0. */
  from?: number;
  /**
   * With an alignment prior: how long the last speech will be, as a multiple of what its text would last after this history.
   * Absent: it is complete, and its own length counts.
   */
  pace?: number;
}

/** The inputs of gpt.onnx for T new positions after P known ones. */
export interface SequenceRows {
  /** [T]: phoneme ids where `kind` is 0, semantic tokens where it is 1. */
  ids: Int32Array;
  /** [T]: 0 = text, 1 = speech. */
  kind: Float32Array;
  /** [T]: counts from 0 in every segment; text-first, in all text and in all speech. */
  positions: Int32Array;
  /** [T]: 0 = user, 1 = agent. */
  roles: Int32Array;
  /** [T, P+T], additive: 0 where the row's position may see the column's, −10⁹ where not, between the two where a prior says so. */
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

/** Where in larger arrays a sequence is laid out: at which of their rows, and in which part of each row of their mask. */
export interface LayoutPlace {
  row: number;
  column: number;
  /** Width of the mask's rows. */
  columns: number;
}

/**
 * Lays segments out as the graph's inputs: all of the sequence, or its positions from `from` on.
 * @throws RangeError for `from` with the text-first order: there, a new text comes before earlier speech, so nothing can be kept
 */
export function layoutSegments(segments: readonly Segment[], options: LayoutOptions): SequenceRows {
  const length = sequenceLength(segments);
  const count = Math.max(0, length - (options.from ?? 0));
  const rows: SequenceRows = {
    ids: new Int32Array(count),
    kind: new Float32Array(count),
    positions: new Int32Array(count),
    roles: new Int32Array(count),
    mask: new Float32Array(count * length),
  };
  layoutSegmentsInto(rows, { row: 0, column: 0, columns: length }, segments, options);
  return rows;
}

/**
 * The same into arrays that hold more than one sequence. Of the mask, the sequence's own rows and columns are written.
 * @returns how many positions were laid out
 */
export function layoutSegmentsInto(
  rows: SequenceRows,
  place: LayoutPlace,
  segments: readonly Segment[],
  options: LayoutOptions,
): number {
  const { order, from = 0 } = options;
  if (from > 0 && order === 'text-first')
    throw new RangeError('a text-first sequence cannot be continued; lay all of it out again');
  const length = sequenceLength(segments);
  const groups = placeGroups(orderSegments(segments, order), order);
  const replyPace = options.pace && options.alignment && options.pace * followedPace(segments, options.alignment);
  for (const group of groups) {
    let position = group.start;
    for (const segment of group.segments) {
      for (const id of segmentIds(segment)) {
        if (position >= from) {
          const row = place.row + position - from;
          const column = row * place.columns + place.column;
          rows.ids[row] = id;
          rows.kind[row] = segment.kind === 'speech' ? 1 : 0;
          rows.positions[row] = position - group.start;
          rows.roles[row] = segment.role === 'agent' ? 1 : 0;
          fillMask(rows.mask.subarray(column, column + length), position, group, groups, options, replyPace);
        }
        position++;
      }
    }
  }
  return Math.max(0, length - from);
}

/** What counts as one segment for positions and masks. */
interface Group {
  kind: Segment['kind'];
  segments: Segment[];
  start: number;
  end: number;
  /** How many texts begin at or before this group. */
  turn: number;
}

/** Each segment (interleaved), or all text and all speech (text-first); empty ones take no part. */
function placeGroups(ordered: readonly Segment[], order: SequenceLayout['order']): Group[] {
  const filled = ordered.filter((segment) => segmentLength(segment) > 0);
  const together =
    order === 'interleaved'
      ? filled.map((segment) => [segment])
      : (['text', 'speech'] as const)
          .map((kind) => filled.filter((segment) => segment.kind === kind))
          .filter((group) => group.length > 0);
  let start = 0;
  let turn = 0;
  return together.map((segments) => {
    const { kind } = segments[0];
    if (kind === 'text') turn++;
    const group = { kind, segments, start, end: start + sequenceLength(segments), turn };
    start = group.end;
    return group;
  });
}

/** One row of the mask: what the position at `position`, which lies in `group`, may see. */
function fillMask(
  row: Float32Array,
  position: number,
  group: Group,
  groups: Group[],
  options: LayoutOptions,
  replyPace?: number,
): void {
  const seesAhead = group.kind === 'text' && options.textMask === 'bidirectional';
  const end = seesAhead ? group.end : position + 1;
  row.fill(0, 0, end);
  row.fill(HIDDEN, end);
  if (!options.alignment || options.order === 'text-first' || group.kind === 'text') return;
  const pace = group === groups[groups.length - 1] ? replyPace : undefined;
  for (const text of groups) {
    if (text.kind !== 'text' || text.start >= position) continue;
    const seen = row.subarray(text.start, text.end);
    if (text.turn !== group.turn) seen.fill(HIDDEN);
    else fillPrior(seen, text, position - group.start, pace ?? { tokens: group.end - group.start }, options.alignment);
  }
}

/**
 * The prior over a turn's phonemes for its token number `token`, whose row predicts the next one.
 * @param pace a factor on mean durations, or how many tokens the speech has
 */
function fillPrior(
  row: Float32Array,
  text: Group,
  token: number,
  pace: number | { tokens: number },
  prior: AlignmentPrior,
): void {
  const ids = segmentIds(text.segments[0]);
  const { edgeTokens, freeTokens, decayTokens } = prior;
  const durationOf = phonemeDurations(ids, prior);
  const total = expectedTokens(ids, prior);
  const scale = typeof pace === 'number' ? pace : pace.tokens / Math.max(1, total);
  let begin = edgeTokens;
  for (let phoneme = 0; phoneme < row.length; phoneme++) {
    const duration = durationOf(phoneme);
    const middle = (begin + duration / 2) * scale;
    // The token to come lies between token + 1 and token + 2.
    const distance = Math.max(0, Math.abs(middle - (token + 1.5)) - (duration * scale) / 2);
    row[phoneme] = (freeTokens - Math.max(distance, freeTokens)) / decayTokens;
    begin += duration;
  }
}

function segmentIds(segment: Segment): Int32Array {
  return segment.kind === 'text' ? segment.phonemes : segment.tokens;
}
