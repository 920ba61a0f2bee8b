// Packs conversations into the arrays that ConGPT is trained on. Upstream trained on history speech with a wrong offset and never on
// a reply's first token; here every speech token is a target, the first predicted from the last text position, end of speech the last.
// B batch, T positions of a row (the longest sequence, or as many as asked for), N positions of one sequence.
import { layoutSegmentsInto, sequenceLength, type Segment, type SequenceLayout } from '@gpt-talker/context';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { GptError } from '../errors';
import { placeSegments, writeFeatures, type PlacedSegment } from '../sequence';

export interface PackOptions extends SequenceLayout {
  /** How long the last speech is expected to be, as `layoutSegments` takes it; default: as long as it is. */
  pace?: number;
  /** Id that ends a reply: the last of the semantic vocabulary. */
  endOfSpeech: number;
  /** Which turns' speech is learnt: all, or only the last turn with the others as its history. */
  targets: 'every-turn' | 'last-turn';
  /** Width of a text feature vector; 0 for a model without text features. */
  featureWidth: number;
  /** Pads every sequence to this many positions, so that one graph of fixed sizes serves all batches; else to the longest. */
  length?: number;
}

/** A batch; the names of the first six are the model's inputs. */
export interface PackedBatch {
  /** int32 `[B, T]` */
  ids: HostTensor;
  /** float32 `[B, T]` */
  kind: HostTensor;
  /** int32 `[B, T]` */
  positions: HostTensor;
  /** int32 `[B, T]` */
  roles: HostTensor;
  /** float32 `[B, T, featureWidth]`; only where the model has text features. */
  features?: HostTensor;
  /** float32 `[T, T]` where one mask serves all sequences (causal, without a prior), else `[B, 1, T, T]`. */
  mask: HostTensor;
  /** int32 `[B, T]`; 0 where there is no target. */
  targets: HostTensor;
  /** float32 `[B, T]`; 1 where there is a target, 0 elsewhere. */
  weights: HostTensor;
}

const HIDDEN = -1e9;

/**
 * Packs one conversation a row, padded on the right; padding is never a target and never seen by a target.
 * @throws GptError `input` where there is no sequence, or one has no speech to learn
 */
export function packSequences(sequences: readonly (readonly Segment[])[], options: PackOptions): PackedBatch {
  if (sequences.length === 0) throw new GptError('input', 'a batch needs at least one sequence; got none');
  const lengths = sequences.map(sequenceLength);
  const longest = Math.max(...lengths);
  const positions = options.length ?? longest;
  if (longest > positions)
    throw new GptError(
      'input',
      `a sequence has ${longest} positions, but the batch is packed to ${positions}; shorten it or raise length`,
    );
  const packed = packRows(
    sequences.map((segments) => [segments]),
    { ...options, rows: sequences.length, positions },
  );
  if (options.textMask === 'causal' && !options.alignment)
    return { ...packed, mask: float32(causalMask(positions), [positions, positions]) };
  lengths.forEach((length, row) => showPadding(packed.mask.data as Float32Array, row, length, positions));
  return packed;
}

export interface RowOptions extends Omit<PackOptions, 'length'> {
  /** Rows of the batch; those for which nothing is given are padding. */
  rows: number;
  /** Positions of every row. */
  positions: number;
}

/**
 * Packs rows of examples, several conversations beside each other in a row, so that little of it is padding. An example sees itself
 * alone; padding sees nothing but itself, and is never a target.
 * @returns the mask is `[B, 1, T, T]`
 * @throws GptError `input` where an example has no speech to learn, or a row has more than it can hold
 */
export function packRows(
  batch: readonly (readonly (readonly Segment[])[])[],
  { rows: B, positions: T, ...options }: RowOptions,
): PackedBatch {
  const W = options.featureWidth;
  const laid = {
    ids: new Int32Array(B * T),
    kind: new Float32Array(B * T),
    positions: new Int32Array(B * T),
    roles: new Int32Array(B * T),
    mask: new Float32Array(B * T * T).fill(HIDDEN),
  };
  const targets = new Int32Array(B * T);
  const weights = new Float32Array(B * T);
  const features = new Float32Array(B * T * W);
  for (let row = 0; row < B; row++) {
    let start = 0;
    for (const segments of batch[row] ?? []) {
      const end = start + sequenceLength(segments);
      if (end > T)
        throw new GptError(
          'input',
          `row ${row} of the batch has over ${T} positions; give it fewer or shorter examples`,
        );
      const at = row * T + start;
      layoutSegmentsInto(laid, { row: at, column: start, columns: T }, segments, options);
      const placed = placeSegments(segments, options.order);
      if (W > 0) writeFeatures(placed, W, features.subarray(at * W));
      if (writeTargets(placed, options, targets.subarray(at), weights.subarray(at)) === 0)
        throw new GptError('input', `sequence ${row} of the batch has no speech to learn; leave it out`);
      start = end;
    }
    for (let at = row * T + start; at < (row + 1) * T; at++) laid.mask[at * T + (at % T)] = 0;
  }
  return {
    ids: int32(laid.ids, [B, T]),
    kind: float32(laid.kind, [B, T]),
    positions: int32(laid.positions, [B, T]),
    roles: int32(laid.roles, [B, T]),
    ...(W > 0 && { features: float32(features, [B, T, W]) }),
    mask: float32(laid.mask, [B, 1, T, T]),
    targets: int32(targets, [B, T]),
    weights: float32(weights, [B, T]),
  };
}

/** Writes what each position is to predict; returns how many targets there are. */
function writeTargets(
  placed: readonly PlacedSegment[],
  options: PackOptions,
  targets: Int32Array,
  weights: Float32Array,
): number {
  const speeches = placed.filter(({ segment }) => segment.kind === 'speech');
  const lastSpeech = speeches[speeches.length - 1];
  let count = 0;
  const write = (position: number, target: number): void => {
    if (position < 0) return; // Speech at the very beginning: nothing comes before its first token.
    targets[position] = target;
    weights[position] = 1;
    count++;
  };
  for (const { segment, start, length } of speeches) {
    const isLast = start === lastSpeech.start && segment === lastSpeech.segment;
    if (segment.kind !== 'speech' || (options.targets === 'last-turn' && !isLast)) continue;
    segment.tokens.forEach((token, index) => write(start + index - 1, token));
    // Text first, all turns' speech is one run, which ends only once.
    if (options.order === 'interleaved' || isLast) write(start + length - 1, options.endOfSpeech);
  }
  return count;
}

/** `[N, N]`: row i sees columns up to i. */
function causalMask(length: number): Float32Array {
  const mask = new Float32Array(length * length);
  for (let row = 0; row < length; row++) mask.fill(HIDDEN, row * length + row + 1, (row + 1) * length);
  return mask;
}

/** Lets the padding behind a row's one sequence see all of it, as padding of a causal mask does. */
function showPadding(mask: Float32Array, row: number, length: number, T: number): void {
  for (let at = row * T + length; at < (row + 1) * T; at++) {
    mask.fill(0, at * T, at * T + length);
    mask.fill(HIDDEN, at * T + length, (at + 1) * T);
  }
}
