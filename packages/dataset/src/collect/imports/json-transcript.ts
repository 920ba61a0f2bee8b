// Texts from JSON: the segments that Whisper, faster-whisper and WhisperX write, speakers included where they are there.
import { z } from 'zod';
import { DatasetError } from '../../errors';
import { type Utterance } from '../types';

const segment = z.object({
  start: z.number().nonnegative(),
  end: z.number().nonnegative(),
  text: z.string(),
  speaker: z.union([z.string(), z.number()]).nullish(),
});
const transcript = z.union([z.array(segment), z.object({ segments: z.array(segment) })]);

/** @throws DatasetError `manifest` where it is something else */
export function parseJsonTranscript(text: string, file: string): Utterance[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DatasetError('manifest', `${file}: not JSON`, { cause });
  }
  const parsed = transcript.safeParse(json);
  if (!parsed.success) {
    throw new DatasetError(
      'manifest',
      `${file}: not a list of segments {"start", "end", "text"} in seconds, nor {"segments": […]} with one`,
    );
  }
  const segments = Array.isArray(parsed.data) ? parsed.data : parsed.data.segments;
  return segments.map(({ start, end, text: words, speaker }) => ({
    startSeconds: start,
    endSeconds: end,
    text: words.trim(),
    ...(speaker === undefined || speaker === null ? {} : { speaker: String(speaker) }),
  }));
}
