// From segments to the arrays that gpt.onnx reads: a stretch of a conversation, or one token of the reply.
// T new positions. Those that the cache holds are seen by all of them, so they need no place in the mask.
import { layoutSegments, type Segment } from '@gpt-talker/context';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { GptError } from './errors';
import { placeSegments, writeFeatures } from './sequence';
import type { GptVoice } from './voice';

export type Feeds = Record<string, HostTensor>;

/**
 * Feeds for segments, which see each other as the voice's layout says.
 * @throws GptError `input` for ids that the voice does not have, or text features of another width
 */
export function segmentFeeds(segments: readonly Segment[], voice: GptVoice): Feeds {
  checkIds(segments, voice);
  const { ids, kind, positions, roles, mask } = layoutSegments(segments, voice.layout);
  const feeds = rowFeeds({ ids, kind, positions, roles, mask }, voice);
  if (feeds.features) writeFeatures(placeSegments(segments, voice.layout.order), voice.text.featureWidth, feeds.features.data as Float32Array);
  return feeds;
}

/** Feeds for one speech token. */
export function tokenFeeds(token: number, position: number, role: Segment['role'], voice: GptVoice): Feeds {
  const row = {
    ids: Int32Array.of(token),
    kind: Float32Array.of(1),
    positions: Int32Array.of(position),
    roles: Int32Array.of(role === 'agent' ? 1 : 0),
    mask: Float32Array.of(0),
  };
  return rowFeeds(row, voice);
}

interface Row {
  ids: Int32Array;
  kind: Float32Array;
  positions: Int32Array;
  roles: Int32Array;
  /** `[T, T]` */
  mask: Float32Array;
}

function rowFeeds(row: Row, voice: GptVoice): Feeds {
  const { length } = row.ids;
  const { features, featureWidth } = voice.text;
  return {
    ids: int32(row.ids, [1, length]),
    kind: float32(row.kind, [1, length]),
    positions: int32(row.positions, [1, length]),
    ...(voice.layout.roles && { roles: int32(row.roles, [1, length]) }),
    ...(features !== 'none' && { features: float32(new Float32Array(length * featureWidth), [1, length, featureWidth]) }),
    mask: float32(row.mask, [length, length]),
  };
}

/** An id beyond its table would read another table's row or fail deep inside the graph. */
function checkIds(segments: readonly Segment[], voice: GptVoice): void {
  const refuse = (what: string, id: number, count: number) =>
    new GptError('input', `${what} ${id} is not one of the ${count} that this voice knows; prepare the conversation with this voice`);
  const symbols = voice.symbols.length;
  const tokens = voice.semantic.endOfSpeech;
  for (const segment of segments) {
    if (segment.kind === 'text') {
      const wrong = segment.phonemes.find((id) => id < 0 || id >= symbols);
      if (wrong !== undefined) throw refuse('phoneme', wrong, symbols);
    } else {
      const wrong = segment.tokens.find((id) => id < 0 || id >= tokens);
      if (wrong !== undefined) throw refuse('speech token', wrong, tokens);
    }
  }
}
