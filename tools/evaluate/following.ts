// Whether a voice follows the conversation: the same text is spoken after an excited and after a sad history, and the two replies
// must differ in pitch and in rate the way that the corpus teaches.
import { type Audio, durationSeconds, trackPitch } from '@gpt-talker/audio';

/** What a reply sounds like, as far as a mood shows in it. */
export interface Manner {
  /** Mean natural logarithm of the fundamental frequency in hertz over voiced frames. */
  logPitch: number;
  seconds: number;
}

export interface FollowingPair {
  text: string;
  excited: Manner;
  sad: Manner;
}

export interface FollowingReport {
  /** Pairs in which the excited reply is both higher and faster. */
  followed: number;
  total: number;
  share: number;
  higher: number;
  faster: number;
  /** Means over all pairs: by how many semitones higher, and by which factor shorter. */
  semitones: number;
  durationRatio: number;
  missed: string[];
}

export type Mood = 'excited' | 'sad';

/** Speaks `text` after history number `index` in a mood. */
export type ReplyInMood = (text: string, mood: Mood, index: number) => Promise<Audio>;

const HOP_SECONDS = 0.01;
const LOWEST_HERTZ = 60;
const HIGHEST_HERTZ = 450;

/** @throws RangeError for a reply without a voiced frame */
export function mannerOf(audio: Audio): Manner {
  const { hertz } = trackPitch(audio.samples, {
    sampleRate: audio.sampleRate,
    hopSamples: Math.round(HOP_SECONDS * audio.sampleRate),
    minimumHertz: LOWEST_HERTZ,
    maximumHertz: HIGHEST_HERTZ,
  });
  const voiced = Array.from(hertz).filter((value) => value > 0);
  if (voiced.length === 0) throw new RangeError('mannerOf: the reply has no voiced frame');
  const logPitch = voiced.reduce((sum, value) => sum + Math.log(value), 0) / voiced.length;
  return { logPitch, seconds: durationSeconds(audio) };
}

/** Has every text spoken twice and compares. */
export async function measureFollowing(
  texts: readonly string[],
  reply: ReplyInMood,
  onProgress?: (done: number, total: number) => void,
): Promise<FollowingReport> {
  const pairs: FollowingPair[] = [];
  for (const [index, text] of texts.entries()) {
    const excited = mannerOf(await reply(text, 'excited', index));
    const sad = mannerOf(await reply(text, 'sad', index));
    pairs.push({ text, excited, sad });
    onProgress?.(index + 1, texts.length);
  }
  return compareManners(pairs);
}

/** @throws RangeError without any pair */
export function compareManners(pairs: readonly FollowingPair[]): FollowingReport {
  if (pairs.length === 0) throw new RangeError('compareManners: there is no pair to compare');
  const total = pairs.length;
  const isHigher = ({ excited, sad }: FollowingPair): boolean => excited.logPitch > sad.logPitch;
  const isFaster = ({ excited, sad }: FollowingPair): boolean => excited.seconds < sad.seconds;
  const mean = (of: (pair: FollowingPair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / total;
  const followed = pairs.filter((pair) => isHigher(pair) && isFaster(pair)).length;
  return {
    followed,
    total,
    share: followed / total,
    higher: pairs.filter(isHigher).length,
    faster: pairs.filter(isFaster).length,
    semitones: mean(({ excited, sad }) => ((excited.logPitch - sad.logPitch) * 12) / Math.LN2),
    durationRatio: Math.exp(mean(({ excited, sad }) => Math.log(excited.seconds / sad.seconds))),
    missed: pairs.filter((pair) => !(isHigher(pair) && isFaster(pair))).map(({ text }) => text),
  };
}
