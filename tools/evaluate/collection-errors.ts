// How far a collection is from what was said: detection error and diarisation error over time (NIST's definitions, with its collar around the
// borders of the reference), word error by edit distance.

export interface SpokenSpan {
  startSeconds: number;
  endSeconds: number;
  speaker: string;
}

/** Frames in which the measures count. */
const FRAME_SECONDS = 0.01;
/** Around each border of the reference nothing counts: nobody knows a border to the frame. */
export const COLLAR_SECONDS = 0.25;

export interface TimeErrors {
  /** Seconds of the reference's speech that count. */
  speech: number;
  /** Speech that was not found, what was taken for speech, and speech of the wrong speaker, in seconds. */
  missed: number;
  falseAlarm: number;
  confused: number;
}

export const detectionError = ({ speech, missed, falseAlarm }: TimeErrors): number => (missed + falseAlarm) / speech;
export const diarizationError = ({ speech, missed, falseAlarm, confused }: TimeErrors): number =>
  (missed + falseAlarm + confused) / speech;

/**
 * Errors within a stretch of time; what was found may call speakers anything: each name is taken for the speaker whom it shares most with.
 * @param reference one speaker at a time
 */
export function timeErrors(
  reference: readonly SpokenSpan[],
  found: readonly SpokenSpan[],
  [fromSeconds, toSeconds]: readonly [number, number],
): TimeErrors {
  const frames = Math.max(0, Math.round((toSeconds - fromSeconds) / FRAME_SECONDS));
  const paint = (spans: readonly SpokenSpan[]) => {
    const line: (string | undefined)[] = new Array<string | undefined>(frames);
    for (const { startSeconds, endSeconds, speaker } of spans) {
      const at = (seconds: number) =>
        Math.min(frames, Math.max(0, Math.round((seconds - fromSeconds) / FRAME_SECONDS)));
      line.fill(speaker, at(startSeconds), at(endSeconds));
    }
    return line;
  };
  const collars = reference.flatMap(({ startSeconds, endSeconds }) =>
    [startSeconds, endSeconds].map((border) => ({
      startSeconds: border - COLLAR_SECONDS,
      endSeconds: border + COLLAR_SECONDS,
      speaker: 'collar',
    })),
  );
  const [said, heard, left] = [paint(reference), paint(found), paint(collars)];
  const counts = Array.from({ length: frames }, (_, frame) => frame).filter((frame) => left[frame] === undefined);
  const names = mapping(said, heard, counts);
  const errors: TimeErrors = { speech: 0, missed: 0, falseAlarm: 0, confused: 0 };
  for (const frame of counts) {
    const [who, name] = [said[frame], heard[frame]];
    if (who !== undefined) errors.speech += FRAME_SECONDS;
    if (who !== undefined && name === undefined) errors.missed += FRAME_SECONDS;
    else if (who === undefined && name !== undefined) errors.falseAlarm += FRAME_SECONDS;
    else if (name !== undefined && names.get(name) !== who) errors.confused += FRAME_SECONDS;
  }
  return errors;
}

/** One to one, the largest share first. */
function mapping(
  said: readonly (string | undefined)[],
  heard: readonly (string | undefined)[],
  counts: readonly number[],
): Map<string, string> {
  const shared = new Map<string, number>();
  for (const frame of counts) {
    if (said[frame] === undefined || heard[frame] === undefined) continue;
    const pair = JSON.stringify([heard[frame], said[frame]]);
    shared.set(pair, (shared.get(pair) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  for (const [pair] of [...shared].sort(([, a], [, b]) => b - a)) {
    const [name, who] = JSON.parse(pair) as [string, string];
    if (!names.has(name) && ![...names.values()].includes(who)) names.set(name, who);
  }
  return names;
}

export const addErrors = (first: TimeErrors, second: TimeErrors): TimeErrors => ({
  speech: first.speech + second.speech,
  missed: first.missed + second.missed,
  falseAlarm: first.falseAlarm + second.falseAlarm,
  confused: first.confused + second.confused,
});

/** Words as they are compared: without case and punctuation. */
export const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];

/** Insertions, deletions and substitutions from one list of words to another. */
export function wordEdits(reference: readonly string[], heard: readonly string[]): number {
  let row = Array.from({ length: heard.length + 1 }, (_, i) => i);
  for (const [i, word] of reference.entries()) {
    const next = [i + 1];
    for (const [j, other] of heard.entries())
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + (word === other ? 0 : 1)));
    row = next;
  }
  return row[heard.length];
}
