// The part of W3C's Speech Synthesis Markup Language 1.1 that voices here can follow: break, sub, phoneme, prosody, lang, mark, p, s. Of the
// rest, and of a page's elements, the text is read and the element is named in a warning.
import { Parser } from 'htmlparser2';
import { FASTEST, SLOWEST } from '../speed';
import type { Manner } from '../text-piece';
import { arpabetOfIpa } from './ipa';
import type { MarkedTextBuilder } from './marked-text';
import { addNonverbalElement, addPlainText } from './plain-marks';

const ELEMENTS =
  'speak|break|sub|phoneme|prosody|lang|mark|p|s|emphasis|say-as|voice|audio|desc|metadata|meta|lexicon|lookup|token|w|par|seq|media';
/** Of pages, which language models write in between. */
const PAGE_ELEMENTS = 'b|i|u|em|strong|small|del|ins|code|br|hr|span|div|ul|ol|li|h[1-6]';
/** Whether a text is, or has in it, what is read as SSML: its elements, those of other makers (`amazon:effect`), and those of pages. */
export const SSML_TAG = new RegExp(
  `</?(?:${ELEMENTS}|${PAGE_ELEMENTS}|[a-z][\\w-]*:[a-z][\\w.-]*)(?:[\\s/][^<>]*)?>`,
  'iu',
);
/** What may stand before the first element; entities that it defines are not followed. */
const PROLOGUE = /^\s*(?:<\?xml[^<>]*\?>\s*)?<!DOCTYPE[^[<>]*(?:\[[^\]]*\]\s*)?>/iu;

/** Seconds by strength; the recommendation leaves them to us. */
const BREAKS: Readonly<Record<string, number>> = {
  none: 0,
  'x-weak': 0.1,
  weak: 0.2,
  medium: 0.4,
  strong: 0.7,
  'x-strong': 1.2,
};
const RATES: Readonly<Record<string, number>> = {
  'x-slow': 0.5,
  slow: 0.75,
  medium: 1,
  default: 1,
  fast: 1.3,
  'x-fast': 1.7,
};
const PITCHES: Readonly<Record<string, number>> = {
  'x-low': -6,
  low: -3,
  medium: 0,
  default: 0,
  high: 3,
  'x-high': 6,
};
const VOLUMES: Readonly<Record<string, number>> = {
  'x-soft': -12,
  soft: -6,
  medium: 0,
  default: 0,
  loud: 4,
  'x-loud': 8,
};
type Range = readonly [least: number, most: number];
const SPEEDS: Range = [SLOWEST, FASTEST];
const SEMITONES: Range = [-12, 12];
const DECIBELS: Range = [-96, 20];
const within = ([least, most]: Range, value: number) => Math.min(most, Math.max(least, value));

/** Elements of which even the text is not for reading. */
const UNREAD = new Set(['desc', 'metadata', 'meta', 'lexicon']);
const KNOWN = new Set(['speak', 'p', 's', 'break', 'sub', 'phoneme', 'prosody', 'lang', 'mark']);
const BLOCKS = new Set(['speak', 'p', 's']);

interface Open {
  name: string;
  /** As it was written. */
  tag: string;
  manner: Manner;
  /** What is said in the place of the element's text. */
  instead?: (text: string) => string;
  text: string;
  from: number;
  unread: boolean;
}

/**
 * Adds text with tags, written from `from` on.
 * @returns the tags that are still open at the end and decide how what follows is said
 */
export function addSsml(text: string, from: number, base: Manner, into: MarkedTextBuilder): string[] {
  const source = text.replace(PROLOGUE, spaces).replace(/&nbsp;/gu, spaces);
  const stack: Open[] = [{ name: '', tag: '', manner: base, text: '', from, unread: false }];
  const top = () => stack[stack.length - 1];
  const stillOpen: string[] = [];
  let ended = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const open = opened(name, attributes, top(), into);
        open.from = from + parser.endIndex + 1;
        open.tag = source.slice(parser.startIndex, parser.endIndex + 1);
        stack.push(open);
      },
      ontext(part) {
        const open = top();
        if (open.unread) return;
        if (open.instead) open.text += part;
        else addPlainText(part, from + parser.startIndex, open.manner, into);
      },
      onclosetag(name) {
        const open = stack.pop()!;
        if (ended && (open.unread !== top().unread || !sameManner(open.manner, top().manner)))
          stillOpen.unshift(open.tag);
        if (open.instead && !open.unread) {
          const said = open.instead(open.text);
          into.text(said, open.from, Math.max(open.from + 1, from + parser.startIndex), open.manner);
        }
        if (BLOCKS.has(name)) into.close();
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  parser.write(source);
  ended = true;
  parser.end();
  return stillOpen;
}

const spaces = (text: string) => ' '.repeat(text.length);

const sameManner = (a: Manner, b: Manner) => JSON.stringify(a) === JSON.stringify(b);

function opened(
  name: string,
  attributes: Record<string, string>,
  { manner, unread, instead }: Open,
  into: MarkedTextBuilder,
): Open {
  const open: Open = { name, tag: '', manner, instead, text: '', from: 0, unread: unread || UNREAD.has(name) };
  if (addNonverbalElement(name, into)) return open;
  if (!KNOWN.has(name))
    into.warn(
      `<${name}> is not followed here${open.unread ? ', nor its text read' : ': its text is read as it stands'}`,
    );
  if (open.unread) return open;
  if (BLOCKS.has(name)) into.close();
  if (name === 'break') into.pause(breakSeconds(attributes, into));
  if (name === 'mark' && attributes.name) into.mark(attributes.name);
  if (name === 'sub' && attributes.alias !== undefined) open.instead = () => attributes.alias;
  if (name === 'phoneme') open.instead = phonemes(attributes, into);
  if (name === 'prosody') open.manner = { ...manner, ...prosody(attributes, manner, into) };
  const language = attributes['xml:lang'];
  // An empty one takes back what was said further out.
  if (language !== undefined)
    open.manner = { ...open.manner, language: language.trim().split('-')[0].toLowerCase() || undefined };
  return open;
}

function breakSeconds({ time, strength = 'medium' }: Record<string, string>, into: MarkedTextBuilder): number {
  if (time !== undefined) {
    const [, amount, unit] = /^\+?(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)$/iu.exec(time.trim()) ?? [];
    if (amount !== undefined) return Number(amount) / (unit.toLowerCase() === 'ms' ? 1000 : 1);
    into.warn(`<break time="${time}"> is no time such as 0.5s or 500ms`);
  }
  return Object.hasOwn(BREAKS, strength) ? BREAKS[strength] : BREAKS.medium;
}

function phonemes({ alphabet = 'ipa', ph }: Record<string, string>, into: MarkedTextBuilder): (text: string) => string {
  const reading = readingOf(alphabet.toLowerCase(), ph ?? '');
  if (reading === undefined)
    into.warn(`<phoneme alphabet="${alphabet}" ph="${ph ?? ''}"> is not known: its text is read as it stands`);
  // An element without text is said all the same.
  return (text) =>
    reading === undefined ? text : `[${(text.trim() || ph || '').replace(/[[\]\n]/g, ' ').trim()}](${reading})`;
}

/** As the tokenizer's own markup has it; undefined for an alphabet that is not known. */
function readingOf(alphabet: string, ph: string): string | undefined {
  if (alphabet === 'ipa') return arpabetOfIpa(ph);
  if (/arpabet|cmu|pinyin/.test(alphabet)) return /^[\p{L}\p{N} ]{1,400}$/u.test(ph) ? ph.trim() : undefined;
  return undefined;
}

function prosody(
  { rate, pitch, volume, ...others }: Record<string, string>,
  outer: Manner,
  into: MarkedTextBuilder,
): Manner {
  const manner: Manner = {};
  const refuse = (name: string, value: string) => into.warn(`<prosody ${name}="${value}"> is not followed here`);
  for (const [name, value] of Object.entries(others)) if (!name.startsWith('xml:')) refuse(name, value);
  if (rate !== undefined) {
    const factor = rateOf(rate.trim());
    if (factor === undefined) refuse('rate', rate);
    else manner.speed = within(SPEEDS, factor * (outer.speed ?? 1));
  }
  if (pitch !== undefined) {
    const semitones = semitonesOf(pitch.trim());
    if (semitones === undefined) refuse('pitch', pitch);
    else manner.pitchSemitones = within(SEMITONES, semitones + (outer.pitchSemitones ?? 0));
  }
  if (volume !== undefined) {
    const decibels = decibelsOf(volume.trim());
    if (decibels === undefined) refuse('volume', volume);
    else manner.gainDecibels = within(DECIBELS, decibels + (outer.gainDecibels ?? 0));
  }
  return manner;
}

/** A percentage is one of the usual rate; with a sign, what is added to it. */
function rateOf(rate: string): number | undefined {
  if (Object.hasOwn(RATES, rate)) return RATES[rate];
  const [, sign, amount, percent] = /^([+-]?)(\d+(?:\.\d+)?)(%?)$/u.exec(rate) ?? [];
  if (amount === undefined) return undefined;
  const value = Number(amount) / (percent ? 100 : 1);
  const factor = sign === '' ? value : 1 + (sign === '-' ? -value : value);
  return factor > 0 ? within(SPEEDS, factor) : undefined;
}

function semitonesOf(pitch: string): number | undefined {
  if (Object.hasOwn(PITCHES, pitch)) return PITCHES[pitch];
  const [, amount, unit] = /^([+-]?\d+(?:\.\d+)?)(st|%)$/u.exec(pitch) ?? [];
  if (amount === undefined) return undefined;
  const semitones = unit === 'st' ? Number(amount) : 12 * Math.log2(Math.max(0.25, 1 + Number(amount) / 100));
  return within(SEMITONES, semitones);
}

function decibelsOf(volume: string): number | undefined {
  if (volume === 'silent') return -96;
  if (Object.hasOwn(VOLUMES, volume)) return VOLUMES[volume];
  const [, amount] = /^([+-]?\d+(?:\.\d+)?)dB$/iu.exec(volume) ?? [];
  return amount === undefined ? undefined : within(DECIBELS, Number(amount));
}
