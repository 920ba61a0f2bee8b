// The order of an epoch.
import type { Random } from '@gpt-talker/nn';

/** Shuffles in place (Fisher and Yates). */
export function shuffle<T>(values: T[], random: Random): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}
