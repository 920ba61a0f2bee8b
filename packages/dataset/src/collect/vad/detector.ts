// Voice activity detection: where in a recording somebody speaks.
import { type Audio } from '@gpt-talker/audio';
import { type Span } from '../types';

export interface VoiceDetector {
  /** What it is and how it is set: part of the key by which finished work is recognised. */
  readonly identity: unknown;
  /** Spans of speech in order, not overlapping. */
  detect(audio: Audio, signal?: AbortSignal): Promise<Span[]>;
  dispose(): Promise<void>;
}

export interface SpeechRules {
  /** Speech begins where its probability reaches this. */
  threshold: number;
  /** Speech ends where it stays below this for `minimumSilenceSeconds`. Default threshold − 0.15. */
  endThreshold?: number;
  minimumSpeechSeconds: number;
  minimumSilenceSeconds: number;
  /** Added before and after, as far as there is room between two spans. */
  paddingSeconds: number;
}

/** What Silero's own scripts use. */
export const SPEECH_RULES: SpeechRules = {
  threshold: 0.5,
  minimumSpeechSeconds: 0.25,
  minimumSilenceSeconds: 0.1,
  paddingSeconds: 0.03,
};

/**
 * Turns probabilities of speech, one for each window, into spans.
 * @param probabilities 0 to 1, one every `windowSeconds`
 */
export function speechSpans(
  probabilities: Float32Array,
  windowSeconds: number,
  totalSeconds: number,
  rules: SpeechRules = SPEECH_RULES,
): Span[] {
  const endThreshold = rules.endThreshold ?? Math.max(0.01, rules.threshold - 0.15);
  // Counted in windows: sums of fractions of a second would miss an exact limit.
  const windowsIn = (seconds: number) => Math.ceil(seconds / windowSeconds - 1e-6);
  const [minimumSpeech, minimumSilence] = [rules.minimumSpeechSeconds, rules.minimumSilenceSeconds].map(windowsIn);
  const spans: Span[] = [];
  let start: number | undefined;
  let quietSince: number | undefined;
  const close = (end: number) => {
    if (start !== undefined && end - start >= minimumSpeech) {
      spans.push({ startSeconds: start * windowSeconds, endSeconds: Math.min(end * windowSeconds, totalSeconds) });
    }
    start = quietSince = undefined;
  };
  probabilities.forEach((probability, index) => {
    if (probability >= rules.threshold) {
      start ??= index;
      quietSince = undefined;
    } else if (start !== undefined && probability < endThreshold) {
      quietSince ??= index;
      if (index + 1 - quietSince >= minimumSilence) close(quietSince);
    }
  });
  close(quietSince ?? probabilities.length);
  return padded(spans, totalSeconds, rules.paddingSeconds);
}

function padded(spans: readonly Span[], totalSeconds: number, paddingSeconds: number): Span[] {
  return spans.map(({ startSeconds, endSeconds }, index) => {
    const before = index === 0 ? startSeconds : (startSeconds - spans[index - 1].endSeconds) / 2;
    const after =
      index === spans.length - 1 ? totalSeconds - endSeconds : (spans[index + 1].startSeconds - endSeconds) / 2;
    return {
      startSeconds: Math.max(0, startSeconds - Math.min(paddingSeconds, before)),
      endSeconds: Math.min(totalSeconds, endSeconds + Math.min(paddingSeconds, after)),
    };
  });
}
