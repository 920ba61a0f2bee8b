// Recognisers take half a minute at most: longer spans are cut where they are quietest.
import { rootMeanSquare, type Audio } from '@gpt-talker/audio';
import { secondsOf, type SpeakerSpan } from '../types';

const WINDOW_SECONDS = 0.1;

/** The span in parts of at most `maximumSeconds`, each cut at the quietest moment of its second half. */
export function splitSpan(audio: Audio, span: SpeakerSpan, maximumSeconds: number): SpeakerSpan[] {
  const parts: SpeakerSpan[] = [];
  let rest = span;
  while (secondsOf(rest) > maximumSeconds) {
    const at = quietest(audio, rest.startSeconds + maximumSeconds / 2, rest.startSeconds + maximumSeconds);
    parts.push({ ...rest, endSeconds: at });
    rest = { ...rest, startSeconds: at };
  }
  return [...parts, rest];
}

/** The middle of the quietest tenth of a second. */
function quietest({ samples, sampleRate }: Audio, from: number, to: number): number {
  const window = Math.max(1, Math.round(WINDOW_SECONDS * sampleRate));
  let best = { level: Infinity, at: to };
  for (
    let start = Math.round(from * sampleRate);
    start + window <= Math.round(to * sampleRate);
    start += Math.ceil(window / 2)
  ) {
    const level = rootMeanSquare(samples.subarray(start, start + window));
    if (level < best.level) best = { level, at: (start + window / 2) / sampleRate };
  }
  return best.at;
}
