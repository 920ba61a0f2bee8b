// Speakers from RTTM files (NIST's Rich Transcription Time Marked format), which every diarisation tool can write.
import { DatasetError } from '../../errors';
import { type SpeakerSpan } from '../types';

const MOST_SECONDS = 366 * 24 * 3600;

/** Spans by the name of the recording. @throws DatasetError `manifest` naming the line */
export function parseRttm(text: string, file: string): Map<string, SpeakerSpan[]> {
  const recordings = new Map<string, SpeakerSpan[]>();
  text.split(/\r?\n/).forEach((line, index) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] !== 'SPEAKER') return;
    const [, recording, , start, duration, , , speaker] = fields;
    const [startSeconds, seconds] = [Number(start), Number(duration)];
    if (speaker === undefined || !isTime(startSeconds) || !isTime(seconds)) {
      throw new DatasetError(
        'manifest',
        `${file}:${index + 1}: not 'SPEAKER recording channel start duration <NA> <NA> speaker' with times in seconds`,
      );
    }
    const spans = recordings.get(recording) ?? [];
    spans.push({ startSeconds, endSeconds: startSeconds + seconds, speaker });
    recordings.set(recording, spans);
  });
  return recordings;
}

/** Whether a number can be one of seconds: NaN and infinity are not, nor is more than a year. */
function isTime(seconds: number): boolean {
  return seconds >= 0 && seconds <= MOST_SECONDS;
}
