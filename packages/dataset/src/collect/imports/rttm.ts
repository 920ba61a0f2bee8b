// Speakers from RTTM files (NIST's Rich Transcription Time Marked format), which every diarisation tool can write.
import { DatasetError } from '../../errors';
import { type SpeakerSpan } from '../types';

/** Spans by the name of the recording. @throws DatasetError `manifest` naming the line */
export function parseRttm(text: string, file: string): Map<string, SpeakerSpan[]> {
  const recordings = new Map<string, SpeakerSpan[]>();
  text.split(/\r?\n/).forEach((line, index) => {
    const fields = line.trim().split(/\s+/);
    if (fields[0] !== 'SPEAKER') return;
    const [, recording, , start, duration, , , speaker] = fields;
    const [startSeconds, seconds] = [Number(start), Number(duration)];
    if (speaker === undefined || !(startSeconds >= 0) || !(seconds >= 0)) {
      throw new DatasetError(
        'manifest',
        `${file}:${index + 1}: not 'SPEAKER recording channel start duration <NA> <NA> speaker'`,
      );
    }
    const spans = recordings.get(recording) ?? [];
    spans.push({ startSeconds, endSeconds: startSeconds + seconds, speaker });
    recordings.set(recording, spans);
  });
  return recordings;
}
