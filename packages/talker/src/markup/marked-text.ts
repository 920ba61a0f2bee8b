// Text in which markup has become plain text, pauses and manners, and where each of its places was written.
import type { Manner } from '../text-piece';

/** A stretch of text that is said in one manner. */
export interface MarkedText {
  text: string;
  /** Where the stretch begins and ends in what was written. */
  from: number;
  to: number;
  origins: Origins;
  manner: Manner;
  /** Silence before it. */
  pauseSeconds: number;
  /** Names of the marks that stand before it. */
  marks: string[];
}

export interface Marked {
  parts: MarkedText[];
  /** One line for each thing that is not known or not possible here. */
  warnings: string[];
  /** Silence after the last of them. */
  pauseSeconds: number;
  /** Names of the marks after the last of them. */
  marks: string[];
  /** Tags that were not closed and decide how what follows is said. */
  open: string[];
}

interface Origin {
  plain: number;
  length: number;
  from: number;
  to: number;
}

/** Where the places of a text were written. */
export class Origins {
  private readonly entries: Origin[] = [];

  /** `length` characters of plain text from `plain` on stand for what was written from `from` to `to`. */
  add(plain: number, length: number, from: number, to: number): void {
    if (length > 0) this.entries.push({ plain, length, from, to });
  }

  at(place: number): number {
    const entry = this.entries.findLast(({ plain }) => plain <= place) ?? this.entries[0];
    if (!entry) return 0;
    const within = place - entry.plain;
    if (entry.to - entry.from === entry.length) return entry.from + Math.min(entry.length, within);
    // Other words than those that were written: all of them stand for all of it.
    return within < entry.length ? entry.from : entry.to;
  }

  /** The end of a stretch that ends at a place. */
  endAt(place: number): number {
    const entry = this.entries.findLast(({ plain }) => plain < place) ?? this.entries[0];
    if (!entry) return 0;
    if (entry.to - entry.from === entry.length) return entry.from + Math.min(entry.length, place - entry.plain);
    return entry.to;
  }
}

/** Puts marked text together. */
export class MarkedTextBuilder {
  readonly warnings: string[] = [];
  private readonly parts: MarkedText[] = [];
  private current: MarkedText | undefined;
  private pauseSeconds = 0;
  private marks: string[] = [];

  /** Adds text that stands for what was written from `from` to `to`. */
  text(text: string, from: number, to: number, manner: Manner): void {
    if (text === '') return;
    const last = this.current;
    if (!last || JSON.stringify(last.manner) !== JSON.stringify(manner)) this.close();
    this.current ??= {
      text: '',
      from,
      to: from,
      origins: new Origins(),
      manner,
      pauseSeconds: this.pauseSeconds,
      marks: this.marks,
    };
    if (this.current !== last) [this.pauseSeconds, this.marks] = [0, []];
    this.current.origins.add(this.current.text.length, text.length, from, to);
    this.current.text += text;
    this.current.to = to;
  }

  /** Silence, before whatever comes next. */
  pause(seconds: number): void {
    this.close();
    this.pauseSeconds = Math.min(LONGEST_PAUSE_SECONDS, this.pauseSeconds + seconds);
  }

  /** A place that is to be told when it is reached; it does not interrupt a sentence. */
  mark(name: string): void {
    this.close();
    this.marks.push(name);
  }

  /** What comes next is said apart from what came before. */
  close(): void {
    const { current } = this;
    this.current = undefined;
    if (!current) return;
    if (current.text.trim() !== '') this.parts.push(current);
    // Spaces carry nothing; what stood before them stands before what follows.
    else
      [this.pauseSeconds, this.marks] = [this.pauseSeconds + current.pauseSeconds, [...current.marks, ...this.marks]];
  }

  warn(warning: string): void {
    if (!this.warnings.includes(warning)) this.warnings.push(warning);
  }

  /** @param open tags that were not closed */
  finish(open: string[] = []): Marked {
    this.close();
    const { parts, warnings, pauseSeconds, marks } = this;
    return { parts, warnings, pauseSeconds, marks, open };
  }
}

export const LONGEST_PAUSE_SECONDS = 10;
