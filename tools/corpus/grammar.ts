// The dialogue grammar: word lists and phrases that are drawn by name, and topics that are told stage by stage.
// The notation of the files in grammar/ is described at the top of phrases.txt; topics are described in docs/voice-corpus.md.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Random } from './random';

export const MOODS = ['plain', 'calm', 'excited', 'sad', 'urgent'] as const;
export type Mood = (typeof MOODS)[number];

/** One alternative of a stage; `moods` undefined means that it suits every mood. */
export interface Line {
  moods?: Mood[];
  template: string;
}

/** What one speaker may say at one point of a topic. */
export interface Stage {
  role: 'user' | 'agent';
  lines: Line[];
}

export interface Topic {
  name: string;
  moods: Mood[];
  stages: Stage[];
}

export interface Grammar {
  /** Slot name → entries; an entry with several forms has them in the order base, past, ing. */
  slots: Map<string, string[][]>;
  topics: Topic[];
}

/** A malformed grammar file or template; the message names the place. */
export class GrammarError extends Error {
  readonly code = 'GRAMMAR';
}

/** Reads lexicon.txt, phrases.txt and topics/*.txt of a folder. */
export function readGrammar(folder: string): Grammar {
  const slots = new Map<string, string[][]>();
  parseSections(readFileSync(path.join(folder, 'lexicon.txt'), 'utf8'), (name, line) => {
    const entries = line
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
    append(
      slots,
      name,
      entries.map((entry) => entry.split('/')),
    );
  });
  parseSections(readFileSync(path.join(folder, 'phrases.txt'), 'utf8'), (name, line) => append(slots, name, [[line]]));
  const topicFolder = path.join(folder, 'topics');
  const topics = readdirSync(topicFolder)
    .sort()
    .flatMap((file) => parseTopics(readFileSync(path.join(topicFolder, file), 'utf8'), file));
  return { slots, topics };
}

function append(slots: Map<string, string[][]>, name: string, entries: string[][]): void {
  slots.set(name, [...(slots.get(name) ?? []), ...entries]);
}

function parseSections(text: string, add: (section: string, line: string) => void): void {
  let section = '';
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const heading = /^\[([\w.]+)\]$/.exec(line);
    if (heading) section = heading[1];
    else if (section) add(section, line);
    else throw new GrammarError(`"${line}" stands before the first [section]; put a heading above it`);
  }
}

/** Parses one topics file. */
export function parseTopics(text: string, file: string): Topic[] {
  const topics: Topic[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const topic = topics.at(-1);
    const [word, ...rest] = line.split(' ');
    if (!raw.startsWith(' ') && word === 'topic') {
      topics.push({ name: rest.join(' '), moods: [...MOODS], stages: [] });
    } else if (!topic) {
      throw new GrammarError(`${file}:${index + 1}: start with "topic NAME"`);
    } else if (!raw.startsWith(' ') && word === 'moods') {
      topic.moods = rest.map((mood) => asMood(mood, file, index));
    } else if (!raw.startsWith(' ') && (word === 'user' || word === 'agent')) {
      topic.stages.push({ role: word, lines: [] });
    } else {
      const stage = topic.stages.at(-1);
      if (!raw.startsWith(' ') || !stage)
        throw new GrammarError(`${file}:${index + 1}: a line must stand, indented, under "user" or "agent"`);
      const tagged = /^@([\w,]+) (.*)$/.exec(line);
      const moods = tagged?.[1].split(',').map((mood) => asMood(mood, file, index));
      stage.lines.push({ moods, template: tagged ? tagged[2] : line });
    }
  }
  return topics;
}

function asMood(word: string, file: string, index: number): Mood {
  const mood = MOODS.find((known) => known === word);
  if (!mood) throw new GrammarError(`${file}:${index + 1}: unknown mood "${word}"; use one of ${MOODS.join(', ')}`);
  return mood;
}

const FORMS = ['base', 'past', 'ing'];
const SLOT = /\{(a )?(?:(\w+):)?([\w]+)(?:\.(\w+))?\}(s\b)?/g;

/**
 * Fills the slots of a template. Labelled slots are remembered in `bindings`, so that a dialogue keeps to its subject.
 * Slots may lead to phrases that have slots themselves.
 */
export function fill(template: string, grammar: Grammar, random: Random, bindings: Map<string, string[]>): string {
  return template.replace(
    SLOT,
    (
      whole,
      article: string | undefined,
      label: string | undefined,
      name: string,
      form: string | undefined,
      plural: string | undefined,
    ) => {
      const section = form && !FORMS.includes(form) && grammar.slots.has(`${name}.${form}`) ? `${name}.${form}` : name;
      const forms = draw(section, label, grammar, random, bindings);
      if (!forms)
        throw new GrammarError(
          `"${template}" asks for ${whole}, but there is no [${section}] section; add it or correct the name`,
        );
      let text = fill(inForm(forms, form), grammar, random, bindings);
      if (plural) text = pluralOf(text);
      if (!article) return text;
      return /^(a|an|some) /.test(text) ? text : `${articleFor(text)} ${text}`;
    },
  );
}

function draw(
  section: string,
  label: string | undefined,
  grammar: Grammar,
  random: Random,
  bindings: Map<string, string[]>,
): string[] | undefined {
  const bound = label === undefined ? undefined : bindings.get(label);
  if (bound) return bound;
  const entries = grammar.slots.get(section);
  if (!entries) return undefined;
  const forms = random.pick(entries);
  if (label !== undefined) bindings.set(label, forms);
  return forms;
}

function inForm(forms: string[], form: string | undefined): string {
  if (form === 'your') return forms[0].replace(/\bmy\b/g, 'your').replace(/\bmyself\b/g, 'yourself');
  if (form === 'their') return forms[0].replace(/\bmy\b/g, 'their').replace(/\bmyself\b/g, 'themselves');
  return forms[Math.max(0, FORMS.indexOf(form ?? 'base'))] ?? forms[0];
}

const IRREGULAR_PLURALS: Record<string, string> = {
  mouse: 'mice',
  goose: 'geese',
  wolf: 'wolves',
  sheep: 'sheep',
  deer: 'deer',
  moose: 'moose',
  foot: 'feet',
  tooth: 'teeth',
  goldfish: 'goldfish',
  knife: 'knives',
  shelf: 'shelves',
  scarf: 'scarves',
  salesman: 'salesmen',
  chess: 'chess',
};

/** The English plural of a noun or of a noun phrase that ends in its noun. */
export function pluralOf(noun: string): string {
  const split = noun.lastIndexOf(' ') + 1;
  const last = noun.slice(split);
  const plural =
    IRREGULAR_PLURALS[last] ??
    (/(s|x|z|ch|sh)$/.test(last) ? `${last}es` : /[^aeiou]y$/.test(last) ? `${last.slice(0, -1)}ies` : `${last}s`);
  return noun.slice(0, split) + plural;
}

/** "a" or "an", by the sound that a word begins with. */
export function articleFor(phrase: string): 'a' | 'an' {
  if (/^(hour|honest|heir|honor)/i.test(phrase)) return 'an';
  if (/^(uni(?!n|m)|use|usual|euro|one|once|ukulele|u[.])/i.test(phrase)) return 'a';
  return /^[aeiou]/i.test(phrase) ? 'an' : 'a';
}

/** Capital letters where sentences begin, single spaces, no doubled punctuation. */
export function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([.,?!])/g, '$1')
    .replace(/,([.?!])/g, '$1')
    .replace(/([.?!])[.?!,]+/g, '$1')
    .trim()
    .replace(/(^|[.?!] )([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}
