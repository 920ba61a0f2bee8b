// Who says an utterance whose text comes from elsewhere: the one whose spans it overlaps, if that is clear enough.
import { overlapSeconds, secondsOf, type Span, type SpeakerSpan } from '../types';

export interface SpeakerRules {
  /** Of the speech within an utterance, the share that must be its speaker's, 0 to 1. */
  minimumSpeakerShare: number;
}

export const SPEAKER_RULES: SpeakerRules = { minimumSpeakerShare: 0.6 };

/** The speaker of a span, or undefined where nobody or more than one speaks. */
export function speakerOf(
  span: Span,
  speakers: readonly SpeakerSpan[],
  { minimumSpeakerShare }: SpeakerRules = SPEAKER_RULES,
): string | undefined {
  const seconds = new Map<string, number>();
  let total = 0;
  for (const other of speakers) {
    const shared = overlapSeconds(span, other);
    if (shared === 0) continue;
    seconds.set(other.speaker, (seconds.get(other.speaker) ?? 0) + shared);
    total += shared;
  }
  const [first] = [...seconds].sort(([, a], [, b]) => b - a);
  return first && first[1] >= minimumSpeakerShare * total ? first[0] : undefined;
}

/** The part of a span that lies in a scene, in the scene's time; undefined if most of it lies outside. */
export function withinScene<T extends Span>(span: T, scene: Span): T | undefined {
  const shared = overlapSeconds(span, scene);
  if (shared === 0 || shared < secondsOf(span) / 2) return undefined;
  return {
    ...span,
    startSeconds: Math.max(span.startSeconds, scene.startSeconds) - scene.startSeconds,
    endSeconds: Math.min(span.endSeconds, scene.endSeconds) - scene.startSeconds,
  };
}
