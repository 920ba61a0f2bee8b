// The part of W3C's Speech Synthesis Markup Language 1.1 that voices here can follow: break, sub, phoneme, prosody, lang, mark, p, s. Of the
// rest, the text is read and the element is named in a warning.
import { Parser } from 'htmlparser2';
import type { Manner } from '../text-piece';
import { arpabetOfIpa } from './ipa';
import type { MarkedTextBuilder } from './marked-text';
import { addPlainText } from './plain-marks';

/** Whether a text is, or has in it, what is read as SSML. */
export const SSML_TAG = /<\/?(?:speak|break|sub|phoneme|prosody|lang|mark)(?:[\s/][^<>]*)?>/iu;

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
/** Elements of which even the text is not for reading. */
const UNREAD = new Set(['desc', 'metadata', 'meta', 'lexicon', 'audio']);
const KNOWN = new Set(['speak', 'p', 's', 'break', 'sub', 'phoneme', 'prosody', 'lang', 'mark']);
const BLOCKS = new Set(['speak', 'p', 's']);

interface Open {
  name: string;
  manner: Manner;
  /** What is said in the place of the element's text. */
  instead?: (text: string) => string;
  text: string;
  from: number;
  unread: boolean;
}

/** Adds text with tags, written from `from` on. */
export function addSsml(source: string, from: number, base: Manner, into: MarkedTextBuilder): void {
  const stack: Open[] = [{ name: '', manner: base, text: '', from, unread: false }];
  const top = () => stack[stack.length - 1];
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const open = opened(name, attributes, top(), into);
        open.from = from + parser.endIndex + 1;
        stack.push(open);
      },
      ontext(text) {
        const open = top();
        if (open.unread) return;
        if (open.instead) open.text += text;
        else addPlainText(text, from + parser.startIndex, open.manner, into);
      },
      onclosetag(name) {
        const open = stack.pop()!;
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
  parser.end();
}

function opened(
  name: string,
  attributes: Record<string, string>,
  { manner, unread, instead }: Open,
  into: MarkedTextBuilder,
): Open {
  const open: Open = { name, manner, instead, text: '', from: 0, unread: unread || UNREAD.has(name) };
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
  if (language !== undefined) open.manner = { ...open.manner, language: language.split('-')[0].toLowerCase() };
  return open;
}

function breakSeconds({ time, strength = 'medium' }: Record<string, string>, into: MarkedTextBuilder): number {
  if (time !== undefined) {
    const [, amount, unit] = /^\+?(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)$/iu.exec(time.trim()) ?? [];
    if (amount !== undefined) return Number(amount) / (unit.toLowerCase() === 'ms' ? 1000 : 1);
    into.warn(`<break time="${time}"> is no time such as 0.5s or 500ms`);
  }
  return BREAKS[strength] ?? BREAKS.medium;
}

function phonemes({ alphabet = 'ipa', ph }: Record<string, string>, into: MarkedTextBuilder): (text: string) => string {
  const reading = readingOf(alphabet.toLowerCase(), ph ?? '');
  if (reading === undefined)
    into.warn(`<phoneme alphabet="${alphabet}" ph="${ph ?? ''}"> is not known: its text is read as it stands`);
  return (text) =>
    reading === undefined || text.trim() === '' ? text : `[${text.replace(/[[\]\n]/g, ' ').trim()}](${reading})`;
}

/** As the tokenizer's own markup has it; undefined for an alphabet that is not known. */
function readingOf(alphabet: string, ph: string): string | undefined {
  if (alphabet === 'ipa') return arpabetOfIpa(ph);
  if (/arpabet|cmu|pinyin|jyutping/.test(alphabet) && !alphabet.includes('jyutping'))
    return /^[\p{L}\p{N} ]{1,400}$/u.test(ph) ? ph.trim() : undefined;
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
    else manner.speed = factor * (outer.speed ?? 1);
  }
  if (pitch !== undefined) {
    const semitones = semitonesOf(pitch.trim());
    if (semitones === undefined) refuse('pitch', pitch);
    else manner.pitchSemitones = semitones + (outer.pitchSemitones ?? 0);
  }
  if (volume !== undefined) {
    const decibels = decibelsOf(volume.trim());
    if (decibels === undefined) refuse('volume', volume);
    else manner.gainDecibels = decibels + (outer.gainDecibels ?? 0);
  }
  return manner;
}

/** A percentage is one of the usual rate; with a sign, what is added to it. */
function rateOf(rate: string): number | undefined {
  if (rate in RATES) return RATES[rate];
  const [, sign, amount, percent] = /^([+-]?)(\d+(?:\.\d+)?)(%?)$/u.exec(rate) ?? [];
  if (amount === undefined) return undefined;
  const value = Number(amount) / (percent ? 100 : 1);
  const factor = sign === '' ? value : 1 + (sign === '-' ? -value : value);
  return factor > 0 ? Math.min(4, Math.max(0.25, factor)) : undefined;
}

function semitonesOf(pitch: string): number | undefined {
  if (pitch in PITCHES) return PITCHES[pitch];
  const [, amount, unit] = /^([+-]?\d+(?:\.\d+)?)(st|%)$/u.exec(pitch) ?? [];
  if (amount === undefined) return undefined;
  const semitones = unit === 'st' ? Number(amount) : 12 * Math.log2(Math.max(0.25, 1 + Number(amount) / 100));
  return Math.min(12, Math.max(-12, semitones));
}

function decibelsOf(volume: string): number | undefined {
  if (volume === 'silent') return -96;
  if (volume in VOLUMES) return VOLUMES[volume];
  const [, amount] = /^([+-]?\d+(?:\.\d+)?)dB$/iu.exec(volume) ?? [];
  return amount === undefined ? undefined : Math.min(20, Math.max(-96, Number(amount)));
}
