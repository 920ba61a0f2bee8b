// A conversation as clients see it.
import type { ConversationRecord, TurnRecord } from './record';

export function turnView(conversation: string, turn: TurnRecord, index: number | null) {
  const { role, speaker, language, text, createdAt, sound, tokens, reply } = turn;
  const place = index === null ? `replies/${reply?.id}` : `turns/${index}`;
  return {
    index,
    role,
    ...(speaker !== undefined && { speaker }),
    ...(language !== undefined && { language }),
    text,
    seconds: sound?.seconds ?? null,
    sampleRate: sound?.sampleRate ?? null,
    audio: sound && `/v1/conversations/${conversation}/${place}/audio`,
    tokens,
    createdAt,
    ...(reply && { reply }),
  };
}

export function conversationView(record: ConversationRecord) {
  const { id, user, voice, createdAt, usedAt, historyTurns, sampling, turns } = record;
  return {
    id,
    ...(user !== undefined && { user }),
    voice,
    createdAt,
    usedAt,
    historyTurns: historyTurns ?? null,
    sampling: sampling ?? {},
    turns: turns.map((turn, index) => turnView(id, turn, index)),
  };
}
