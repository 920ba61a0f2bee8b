// Words that are spelt alike and said differently ('record', 'live', 'read'): which reading it is, by the words around it.
import { type SpokenWord } from '../pieces';
import { type Clause, before, near, verbScore } from './clause';
import { type Token } from './scanner';
import { SPECIAL_HETERONYMS } from './heteronym-rules';
import { NOUN_VERB_PAIRS } from './heteronym-pairs';
import { withS } from './morphology';

/** A verb's third person and a noun's plural take -s. */
interface Pair {
  noun: string[];
  verb: string[];
  usual: 'noun' | 'verb';
}

const PAIRS = new Map<string, Pair>(
  NOUN_VERB_PAIRS.map(([written, noun, verb, usual]) => [
    written,
    { noun: noun.split(' '), verb: verb.split(' '), usual },
  ]),
);

function pairReading(clause: Clause): { phonemes: string[]; source: string } | undefined {
  const written = clause.words[clause.at];
  const exact = PAIRS.get(written);
  const stem = exact === undefined && written.endsWith('s') ? PAIRS.get(written.slice(0, -1)) : undefined;
  const pair = exact ?? stem;
  if (pair === undefined) return undefined;
  let score = verbScore(clause);
  if (stem !== undefined) {
    // 'records': a verb only after a singular subject; plural nouns otherwise.
    const previous = before(clause);
    if (
      previous.wordClass === 'subject' &&
      !/^(?:he|she|it|who|somebody|someone|everybody|everyone|nobody|anybody|anyone)$/.test(previous.word)
    )
      score -= 4;
    if (previous.wordClass === 'noun')
      score += /^(?:daily|weekly|yearly|slowly|quickly|rapidly|by|from|to)$/.test(near(clause, 1)) ? 3 : 1.6;
    if (previous.wordClass === 'plural') score -= 3;
    if (previous.wordClass === 'to' || previous.wordClass === 'modal' || previous.wordClass === 'do') score -= 5;
  }
  const isVerb = Math.abs(score) < 1 ? pair.usual === 'verb' && stem === undefined : score > 0;
  const phonemes = isVerb ? pair.verb : pair.noun;
  return {
    phonemes: stem === undefined ? phonemes : withS(phonemes),
    source: `heteronym: ${isVerb ? 'verb' : 'noun or adjective'}`,
  };
}

const isHeteronym = (text: string) =>
  PAIRS.has(text) || SPECIAL_HETERONYMS.has(text) || (text.endsWith('s') && PAIRS.has(text.slice(0, -1)));

/** Readings of the heteronyms among `tokens`. */
export function settleHeteronyms(tokens: readonly Token[]): Map<Token, SpokenWord> {
  const settled = new Map<Token, SpokenWord>();
  const words = tokens.map((token) => (token.kind === 'mark' && token.text !== '-' ? '' : token.text.toLowerCase()));
  let written: string[] | undefined;
  tokens.forEach((token, at) => {
    if (token.kind !== 'word' || token.phonemes !== undefined || !isHeteronym(words[at])) return;
    written ??= tokens.map(({ text }) => text);
    const clause = { words, written, at };
    const special = SPECIAL_HETERONYMS.get(words[at])?.(clause);
    const reading = special
      ? { phonemes: special.phonemes.split(' '), source: `heteronym: ${special.meaning}` }
      : pairReading(clause);
    if (reading !== undefined) settled.set(token, { text: token.text, kind: 'word', ...reading });
  });
  return settled;
}
