import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readCorpusConfig } from './config';
import { type DialoguePlan, planDialogues } from './dialogues';
import { articleFor, fill, type Grammar, GrammarError, parseTopics, pluralOf, readGrammar, tidy } from './grammar';
import { Random } from './random';

const grammar = readGrammar(path.join(__dirname, 'grammar'));
const plan: DialoguePlan = {
  ...readCorpusConfig(path.resolve(__dirname, '../../configs/voice-tiny.corpus.json')),
  dialogues: 400,
};
const dialogues = planDialogues(grammar, plan);
const turns = dialogues.flatMap((dialogue) => dialogue.turns);
const words = (text: string): string[] => text.toLowerCase().match(/[a-z']+/g) ?? [];

describe('fill', () => {
  const small: Grammar = {
    slots: new Map([
      ['fruit', [['apple'], ['pear']]],
      ['verb', [['eat', 'ate', 'eating']]],
      ['phrase', [['I {verb.past} {a fruit}']]],
      ['duty', [['feed my cat']]],
    ]),
    topics: [],
  };
  const filled = (template: string, bindings = new Map<string, string[]>()): string =>
    fill(template, small, new Random('x'), bindings);

  it('draws forms, articles, plurals and nested phrases', () => {
    expect(filled('{verb} {verb.past} {verb.ing}')).toBe('eat ate eating');
    expect(filled('{phrase}')).toMatch(/^I ate (an apple|a pear)$/);
    expect(filled('{fruit}s')).toMatch(/^(apples|pears)$/);
    expect(filled('{duty.your}')).toBe('feed your cat');
  });

  it('keeps labelled slots for the whole dialogue', () => {
    const bindings = new Map<string, string[]>();
    const first = filled('{gift:fruit}', bindings);
    for (let i = 0; i < 10; i++) expect(filled('{gift:fruit}', bindings)).toBe(first);
  });

  it('names a slot that does not exist', () => {
    expect(() => filled('a {car}')).toThrow(GrammarError);
    expect(() => filled('a {car}')).toThrow(/\[car\]/);
  });
});

it('knows articles and plurals', () => {
  expect(['hour', 'apple', 'university', 'umbrella', 'one', 'dog'].map(articleFor)).toEqual([
    'an',
    'an',
    'a',
    'an',
    'a',
    'a',
  ]);
  expect(['box', 'puppy', 'toy boat', 'mouse', 'flower pot'].map(pluralOf)).toEqual([
    'boxes',
    'puppies',
    'toy boats',
    'mice',
    'flower pots',
  ]);
});

it('tidies spaces, capitals and doubled punctuation', () => {
  expect(tidy('oh no!.  my dog , he ran.. where?')).toBe('Oh no! My dog, he ran. Where?');
});

it('names the line of a malformed topics file', () => {
  expect(() => parseTopics('topic a\nmoods plain\nuser\n  @merry Hello.\n', 'x.txt')).toThrow(
    /x\.txt:4: unknown mood "merry"/,
  );
  expect(() => parseTopics('user\n', 'x.txt')).toThrow(/x\.txt:1/);
});

describe('the dialogues', () => {
  it('are the same for the same seed and others for another', () => {
    expect(planDialogues(grammar, { ...plan, dialogues: 20 })).toEqual(dialogues.slice(0, 20));
    expect(planDialogues(grammar, { ...plan, dialogues: 20, seed: 'other' })).not.toEqual(dialogues.slice(0, 20));
  });

  it('alternate user and agent, within the lengths asked for', () => {
    for (const { turns: own } of dialogues) {
      expect(own.length).toBeGreaterThanOrEqual(plan.turns.minimum);
      expect(own.length).toBeLessThanOrEqual(plan.turns.maximum);
      own.forEach((turn, index) => expect(turn.role).toBe(index % 2 === 0 ? 'user' : 'agent'));
      expect(new Set(own.filter(({ role }) => role === 'user').map(({ speaker }) => speaker)).size).toBe(1);
    }
  });

  it('let the agent mirror the mood of the user', () => {
    for (const { turns: own } of dialogues) {
      for (let index = 1; index < own.length; index += 2) expect(own[index].style).toBe(own[index - 1].style);
    }
  });

  it('are spoken text of up to 25 words: letters and . ? ! , alone', () => {
    for (const { text } of turns) {
      expect(text).toMatch(/^[A-Z][A-Za-z' ,.?!]*[.?!]$/);
      expect(text).not.toMatch(/[{}]| {2}| [.,?!]|[.,?!]{2}/);
      expect(text.split(' ').length).toBeLessThanOrEqual(plan.maximumWords);
    }
  });

  it('are wide: thousands of words, hardly a sentence twice, short and long turns', () => {
    expect(new Set(turns.flatMap(({ text }) => words(text))).size).toBeGreaterThan(1800);
    expect(new Set(turns.map(({ text }) => text)).size / turns.length).toBeGreaterThan(0.95);
    const lengths = turns.map(({ text }) => words(text).length);
    expect(lengths.filter((length) => length <= 3).length / lengths.length).toBeGreaterThan(0.03);
    expect(lengths.filter((length) => length >= 15).length / lengths.length).toBeGreaterThan(0.05);
  });

  it('can fill every line of every topic', () => {
    const random = new Random('every line');
    for (const topic of grammar.topics) {
      for (const { template } of topic.stages.flatMap((stage) => stage.lines)) {
        expect(fill(template, grammar, random, new Map())).not.toMatch(/[{}]/);
      }
    }
  });

  it('set aside about the share asked for', () => {
    const share = dialogues.filter(({ split }) => split === 'validation').length / dialogues.length;
    expect(share).toBeGreaterThan(plan.validationShare / 3);
    expect(share).toBeLessThan(plan.validationShare * 3);
  });
});

const DICTIONARY = '/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict';
(existsSync(DICTIONARY) ? it : it.skip)(
  'are of words that a pronouncing dictionary knows (skipped where pocketsphinx is not installed)',
  () => {
    const known = new Set(
      readFileSync(DICTIONARY, 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[0]),
    );
    const spoken = turns.flatMap(({ text }) => words(text));
    const unknown = spoken.filter((word) => !known.has(word));
    expect(unknown.length / spoken.length).toBeLessThan(0.005);
  },
);
