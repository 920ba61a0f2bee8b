// Subtitles of what was said: SubRip (SRT) and WebVTT, in cues that can be read: a line or two, a few seconds.

import { checkTimedWords } from './check-input';

/** A word and when it is said, in seconds. */
export interface TimedWord {
  text: string;
  start: number;
  end: number;
  /** Where it stands in the text, where that is known. */
  from?: number;
  to?: number;
}

export interface SubtitleOptions {
  /** What the words' places are of; with it, cues have its marks. */
  text?: string;
  /** Most characters of a cue; default 84, two lines of 42. */
  characters?: number;
  /** Longest cue; default 6 s. */
  seconds?: number;
}

interface Cue {
  start: number;
  end: number;
  text: string;
}

/** SubRip: `1\n00:00:00,040 --> 00:00:01,200\nText\n`. */
export function subRip(words: readonly TimedWord[], options?: SubtitleOptions): string {
  return cuesOf(words, options)
    .map(
      ({ start, end, text }, index) =>
        `${index + 1}\n${clock(start, ',')} --> ${clock(end, ',')}\n${text.replace(/-->/g, '→')}\n`,
    )
    .join('\n');
}

/** WebVTT; `&` and `<` are written as entities, as it asks. */
export function webVtt(words: readonly TimedWord[], options?: SubtitleOptions): string {
  const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  const cues = cuesOf(words, options).map(
    ({ start, end, text }) => `${clock(start, '.')} --> ${clock(end, '.')}\n${escaped(text)}\n`,
  );
  return `WEBVTT\n\n${cues.join('\n')}`;
}

function cuesOf(words: readonly TimedWord[], { text, characters = 84, seconds = 6 }: SubtitleOptions = {}): Cue[] {
  checkTimedWords(words);
  const cues: Cue[] = [];
  let first = 0;
  const written = (from: number, to: number): string => {
    const [begin, end] = [words[from].from, words[to].to];
    if (text === undefined || begin === undefined || end === undefined)
      return words
        .slice(from, to + 1)
        .map((word) => word.text)
        .join(' ');
    // Marks that follow a word belong to it; an opening quotation mark does to the next.
    const next = words[to + 1]?.from ?? text.length;
    const marks = /^[^\s“‘(（《「]*/u.exec(text.slice(end, next))?.[0] ?? '';
    const before = /["“‘(（《「]*$/u.exec(text.slice(Math.max(0, begin - 3), begin))?.[0] ?? '';
    return `${before}${text.slice(begin, end)}${marks}`.replace(/\s+/g, ' ');
  };
  for (let last = 0; last < words.length; last++) {
    const following = words[last + 1];
    const said = written(first, last);
    const isFull =
      !following ||
      written(first, last + 1).length > characters ||
      following.end - words[first].start > seconds ||
      following.start - words[last].end > 1 ||
      (/[.!?。！？…]["'”’)]*$/u.test(said) && said.length > 12);
    if (!isFull) continue;
    const end = Math.max(words[last].end, words[first].start + 0.001);
    cues.push({
      start: words[first].start,
      end: following ? Math.min(Math.max(end, words[first].start + 0.7), Math.max(end, following.start)) : end,
      text: said,
    });
    first = last + 1;
  }
  return cues;
}

function clock(seconds: number, point: string): string {
  const milliseconds = Math.round(1000 * seconds);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  return `${two(milliseconds / 3_600_000)}:${two((milliseconds / 60_000) % 60)}:${two((milliseconds / 1000) % 60)}${point}${String(milliseconds % 1000).padStart(3, '0')}`;
}
