// From segments to the arrays that gpt.onnx reads: a stretch of a conversation, or one token of the reply.
// T new positions, P positions that the cache holds.
import { layoutSegments, sequenceLength, type Segment, type SequenceRows } from '@gpt-talker/context';
import { fedRows, float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { GptError } from './errors';
import { placeSegments, writeFeatures } from './sequence';
import { slotInput, type GptVoice } from './voice';

export type Feeds = Record<string, HostTensor>;

/** How many remembered rows a graph is fed where this many are held: what is more must be masked. */
export type RowsFed = (held: number) => number;

/** Graphs that remember rows as they come are fed those, and one of zeros where there is none (`padEmpty`). */
export const heldRowsFed: RowsFed = (held) => Math.max(1, held);

/**
 * Feeds for a conversation, or for what follows its first `from` positions.
 * @param from positions that the cache holds; 0 with the text-first order
 * @param rowsFed how many rows the graph is fed for them
 * @throws GptError `input` for ids that the voice does not have, or text features of another width
 */
export function segmentFeeds(conversation: readonly Segment[], from: number, voice: GptVoice, rowsFed: RowsFed): Feeds {
  checkIds(conversation, voice);
  const feeds = rowFeeds(layoutSegments(conversation, { ...voice.layout, from }), voice, rowsFed);
  const { featureWidth } = voice.text;
  if (feeds.features) {
    const all = new Float32Array(sequenceLength(conversation) * featureWidth);
    writeFeatures(placeSegments(conversation, voice.layout.order), featureWidth, all);
    (feeds.features.data as Float32Array).set(all.subarray(from * featureWidth));
  }
  return feeds;
}

/**
 * Feeds for the last tokens of the reply.
 * @param conversation what was said, the reply's text and, last, its tokens so far
 * @param pace how long the reply is to last, as a multiple of what its text lasts on average
 * @param count how many of them the cache does not hold yet; 1 with the text-first order
 */
export function tokenFeeds(
  conversation: readonly Segment[],
  pace: number,
  voice: GptVoice,
  rowsFed: RowsFed,
  count = 1,
): Feeds {
  if (voice.layout.order === 'text-first') return rowFeeds(lastSpeechRow(conversation), voice, rowsFed);
  const from = sequenceLength(conversation) - count;
  return rowFeeds(layoutSegments(conversation, { ...voice.layout, pace, from }), voice, rowsFed);
}

/**
 * Feeds of one token of each of several replies, in one: what `gptTogetherGraph` reads.
 * @param places of each its own feeds; an empty place is fed a token whose output is dropped
 */
export function joinTokenFeeds(places: readonly (Feeds | undefined)[]): Feeds {
  const first = places.find((feeds) => feeds !== undefined)!;
  const joined: Feeds = {};
  for (const name of ['ids', 'positions', 'roles']) {
    if (first[name] === undefined) continue;
    const values = places.map((feeds) => (feeds ? (feeds[name].data as Int32Array)[0] : 0));
    joined[name] = int32(Int32Array.from(values), [places.length, 1]);
  }
  places.forEach((feeds, place) => {
    joined[slotInput('mask', place)] = feeds?.mask ?? hideSpareRows(new Float32Array(1), 1, 0, fedRows(0));
  });
  return joined;
}

/** Text first, a token counts on from all earlier speech and sees everything. */
function lastSpeechRow(conversation: readonly Segment[]): SequenceRows {
  const speech = conversation.filter((segment) => segment.kind === 'speech');
  const { tokens, role } = speech[speech.length - 1];
  return {
    ids: tokens.slice(-1),
    kind: Float32Array.of(1),
    positions: Int32Array.of(sequenceLength(speech) - 1),
    roles: Int32Array.of(role === 'agent' ? 1 : 0),
    mask: new Float32Array(sequenceLength(conversation)),
  };
}

const HIDDEN = -1e9;

/** The mask `[T, P+T]` with columns between the P and the T that hide the rows that are fed without being held. */
export function hideSpareRows(mask: Float32Array, length: number, held: number, fed: number): HostTensor {
  if (fed === held) return float32(mask, [length, held + length]);
  const columns = fed + length;
  const widened = new Float32Array(length * columns).fill(HIDDEN);
  for (let row = 0; row < length; row++) {
    const from = row * (held + length);
    widened.set(mask.subarray(from, from + held), row * columns);
    widened.set(mask.subarray(from + held, from + held + length), row * columns + fed);
  }
  return float32(widened, [length, columns]);
}

function rowFeeds({ ids, kind, positions, roles, mask }: SequenceRows, voice: GptVoice, rowsFed: RowsFed): Feeds {
  const { length } = ids;
  const held = mask.length / length - length;
  const { features, featureWidth } = voice.text;
  return {
    ids: int32(ids, [1, length]),
    kind: float32(kind, [1, length]),
    positions: int32(positions, [1, length]),
    ...(voice.layout.roles && { roles: int32(roles, [1, length]) }),
    ...(features !== 'none' && {
      features: float32(new Float32Array(length * featureWidth), [1, length, featureWidth]),
    }),
    mask: hideSpareRows(mask, length, held, rowsFed(held)),
  };
}

/** An id beyond its table would read another table's row or fail deep inside the graph. */
function checkIds(segments: readonly Segment[], voice: GptVoice): void {
  const refuse = (what: string, id: number, count: number) =>
    new GptError(
      'input',
      `${what} ${id} is not one of the ${count} that this voice knows; prepare the conversation with this voice`,
    );
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
