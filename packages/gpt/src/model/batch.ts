// Packs conversations into the arrays that ConGPT is trained on. Upstream trained on history speech with a wrong offset and never on
// a reply's first token; here every speech token is a target, the first predicted from the last text position, end of speech the last.
// B batch, T positions of a row (the longest sequence, or as many as asked for), N positions of one sequence.
import { layoutSegments, sequenceLength, type Segment, type SequenceLayout } from '@gpt-talker/context';
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

const BLOCKED = -1e9;

/**
 * Packs one conversation a row, padded on the right; padding is never a target and never seen by a target.
 * @throws GptError `input` where there is no sequence, or one has no speech to learn
 */
export function packSequences(sequences: readonly (readonly Segment[])[], options: PackOptions): PackedBatch {
  if (sequences.length === 0) throw new GptError('input', 'a batch needs at least one sequence; got none');
  const batch = sequences.length;
  const longest = Math.max(...sequences.map(sequenceLength));
  const length = options.length ?? longest;
  if (longest > length)
    throw new GptError(
      'input',
      `a sequence has ${longest} positions, but the batch is packed to ${length}; shorten it or raise length`,
    );
  const shape = [batch, length];
  const size = batch * length;
  const ids = new Int32Array(size);
  const kind = new Float32Array(size);
  const positions = new Int32Array(size);
  const roles = new Int32Array(size);
  const targets = new Int32Array(size);
  const weights = new Float32Array(size);
  const features = options.featureWidth > 0 ? new Float32Array(size * options.featureWidth) : undefined;
  const shared = options.textMask === 'causal' && !options.alignment;
  const mask = shared ? causalMask(length) : new Float32Array(batch * length * length);

  sequences.forEach((segments, row) => {
    const start = row * length;
    const placed = placeSegments(segments, options.order);
    const laidOut = layoutSegments(segments, options);
    ids.set(laidOut.ids, start);
    kind.set(laidOut.kind, start);
    positions.set(laidOut.positions, start);
    roles.set(laidOut.roles, start);
    if (!shared)
      padMask(laidOut.mask, laidOut.ids.length, length, mask.subarray(start * length, (start + length) * length));
    if (features) writeFeatures(placed, options.featureWidth, features.subarray(start * options.featureWidth));
    const learnt = writeTargets(
      placed,
      options,
      targets.subarray(start, start + length),
      weights.subarray(start, start + length),
    );
    if (learnt === 0) throw new GptError('input', `sequence ${row} of the batch has no speech to learn; leave it out`);
  });

  return {
    ids: int32(ids, shape),
    kind: float32(kind, shape),
    positions: int32(positions, shape),
    roles: int32(roles, shape),
    ...(features && { features: float32(features, [...shape, options.featureWidth]) }),
    mask: float32(mask, shared ? [length, length] : [batch, 1, length, length]),
    targets: int32(targets, shape),
    weights: float32(weights, shape),
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
  for (let row = 0; row < length; row++) mask.fill(BLOCKED, row * length + row + 1, (row + 1) * length);
  return mask;
}

/** Copies an `[N, N]` mask into the corner of a `[T, T]` one; padding rows see everything real, which keeps their softmax finite. */
function padMask(mask: Float32Array, length: number, paddedLength: number, into: Float32Array): void {
  for (let row = 0; row < paddedLength; row++) {
    const target = into.subarray(row * paddedLength, (row + 1) * paddedLength);
    if (row < length) target.set(mask.subarray(row * length, (row + 1) * length));
    target.fill(BLOCKED, length);
  }
}
