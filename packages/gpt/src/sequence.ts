// Where each segment of a conversation lies in the packed sequence that ConGPT reads, and its text features.
// The ids, positions, roles and masks themselves come from `layoutSegments` of @gpt-talker/context.
import { orderSegments, segmentLength, type Segment, type SequenceLayout } from '@gpt-talker/context';
import { GptError } from './errors';

/** A segment and the place of its first position in the sequence. */
export interface PlacedSegment {
  segment: Segment;
  start: number;
  length: number;
}

/** The segments in sequence order, each with its place. */
export function placeSegments(segments: readonly Segment[], order: SequenceLayout['order']): PlacedSegment[] {
  let start = 0;
  return orderSegments(segments, order).map((segment) => {
    const placed = { segment, start, length: segmentLength(segment) };
    start += placed.length;
    return placed;
  });
}

/**
 * Writes the text features of segments that have any into `into`, rows of `width`; other rows are left as they are (zeros).
 * @throws GptError `input` where a segment's features do not have one row a phoneme
 */
export function writeFeatures(placed: readonly PlacedSegment[], width: number, into: Float32Array): void {
  for (const { segment, start, length } of placed) {
    if (segment.kind !== 'text' || !segment.features) continue;
    if (segment.features.length !== length * width) {
      throw new GptError(
        'input',
        `a text of ${length} phonemes came with ${segment.features.length} feature values, not ${length} × ${width}; ` +
          'use the text features that the voice was trained with',
      );
    }
    into.set(segment.features, start * width);
  }
}
