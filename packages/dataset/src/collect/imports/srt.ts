// Texts from SubRip subtitles. What is not speech (tags, sound effects in brackets, music) is left out; a cue in which two speak,
// each line with a dash, becomes two utterances that share its time by their length.
import { DatasetError } from '../../errors';
import { type Utterance } from '../types';

const TIMES = /^(\d{1,4}):(\d{2}):(\d{2})[,.](\d{1,3})\s*-->\s*(\d{1,4}):(\d{2}):(\d{2})[,.](\d{1,3})/;
/** Innermost tags and brackets: no opening one inside, so that what is never closed is looked at once. */
const TAGS = /<[^<>]*>|\{[^{}]*\}/g;
const SOUNDS = /\[[^[\]]*\]|\([^()]*\)|（[^（）]*）|【[^【】]*】|[♪♫]/g;
const DEEPEST = 4;
/** 'ANNA: …' as subtitles for the deaf have it. */
const NAME = /^\p{Lu}[\p{Lu} .'-]+:\s+/u;
const DASH = /^[-–—]\s*/;

/** Cues in order; those without words are left out. @throws DatasetError `manifest` where nothing is a subtitle */
export function parseSrt(text: string, file: string): Utterance[] {
  const cues = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/);
  let found = 0;
  const utterances = cues.flatMap((cue) => {
    const lines = cue.split('\n');
    const at = lines.findIndex((line) => TIMES.test(line));
    if (at < 0) return [];
    found++;
    return spoken(lines.slice(at + 1), timesOf(lines[at]));
  });
  if (found === 0)
    throw new DatasetError('manifest', `${file}: no cue such as '00:00:01,000 --> 00:00:02,500'; is it SubRip?`);
  return utterances;
}

/** A line without tags, sounds and notes, also those inside others. */
function withoutBracketed(line: string): string {
  let bare = line;
  for (let depth = 0; depth < DEEPEST; depth++) {
    const before = bare.length;
    bare = bare.replace(TAGS, '').replace(SOUNDS, '');
    if (bare.length === before) break;
  }
  return bare;
}

function timesOf(line: string): { startSeconds: number; endSeconds: number } {
  const numbers = (TIMES.exec(line) as RegExpExecArray).slice(1);
  const seconds = (from: number) =>
    Number(numbers[from]) * 3600 +
    Number(numbers[from + 1]) * 60 +
    Number(numbers[from + 2]) +
    Number(numbers[from + 3].padEnd(3, '0')) / 1000;
  return { startSeconds: seconds(0), endSeconds: seconds(4) };
}

function spoken(
  lines: string[],
  { startSeconds, endSeconds }: { startSeconds: number; endSeconds: number },
): Utterance[] {
  const parts: string[] = [];
  for (const line of lines) {
    const bare = withoutBracketed(line).trim();
    const text = bare.replace(DASH, '').replace(NAME, '').trim();
    if (text === '') continue;
    if (parts.length === 0 || DASH.test(bare)) parts.push(text);
    else parts.push(`${parts.pop()} ${text}`);
  }
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  let before = 0;
  return parts.map((part) => {
    const start = startSeconds + ((endSeconds - startSeconds) * before) / total;
    before += part.length;
    return {
      startSeconds: start,
      endSeconds: startSeconds + ((endSeconds - startSeconds) * before) / total,
      text: part,
    };
  });
}
