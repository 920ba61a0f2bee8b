// The words around a heteronym, and how much they make it a verb: the evidence that the decisions weigh.
import { type WordClass, wordClass } from './word-classes';

/** The clause around one word: what the decisions look at. */
export interface Clause {
  /** Words of the clause, lower case; marks are ''. */
  words: readonly string[];
  /** As written. */
  written: readonly string[];
  at: number;
}

const word = (clause: Clause, offset: number) => clause.words[clause.at + offset] ?? '';

/** Nothing farther away counts. */
const FARTHEST = 12;

/** Word `offset` places away, '' beyond a mark, the edge or reach. */
export function near(clause: Clause, offset: number): string {
  if (Math.abs(offset) > FARTHEST) return '';
  const step = Math.sign(offset);
  for (let distance = 1; distance < Math.abs(offset); distance++) if (word(clause, step * distance) === '') return '';
  return word(clause, offset);
}

/** Class of the nearest word before that is no adverb, and that word. */
export function before(clause: Clause): { word: string; wordClass: WordClass; offset: number } {
  for (let offset = -1; ; offset--) {
    const found = near(clause, offset);
    if (found === '') return { word: '', wordClass: '', offset };
    const foundClass = wordClass(found);
    if (foundClass !== 'adverb') return { word: found, wordClass: foundClass, offset };
  }
}

/** Nouns and participles after which 'to' is a preposition: 'due to conflict'. */
const TO_IS_PREPOSITION = new Set(
  'due according access addicted relation response thanks listen listening listened compared related subject respond led leading leads close next prior exposure attention damage changes reference contrary addition devoted'.split(
    ' ',
  ),
);

/** Positive where the word is a verb, negative where it is a noun or adjective. */
export function verbScore(clause: Clause): number {
  const previous = before(clause);
  const following = near(clause, 1);
  const followingClass = following === '' ? '' : wordClass(following);
  let score = 0;
  switch (previous.wordClass) {
    case '':
      score += ['determiner', 'possessive', 'object'].includes(followingClass) ? 2 : following === '' ? -1 : -0.5;
      break;
    case 'to':
      score += TO_IS_PREPOSITION.has(near(clause, previous.offset - 1)) ? -3 : 3.5;
      break;
    case 'modal':
    case 'do':
      score += 4;
      break;
    case 'subject':
      score += 3;
      break;
    case 'object':
      score += /^(?:let|lets|make|makes|made|help|helped|helps|watch|watched|see|saw|hear|heard)$/.test(
        near(clause, previous.offset - 1),
      )
        ? 3
        : -0.5;
      break;
    case 'determiner':
      // 'all', 'that' and 'which' also come before verbs: 'the things that record …'.
      score +=
        previous.word === 'that' || previous.word === 'which'
          ? followingClass === 'determiner' || followingClass === 'object'
            ? 1
            : -2
          : -4;
      if (previous.word === 'which' || previous.word === 'that')
        score += wordClass(near(clause, previous.offset - 1)) === 'plural' ? 3 : 0;
      break;
    case 'possessive':
      score -= 4;
      break;
    case 'adjective':
    case 'number':
    case 'preposition':
      score -= 3;
      break;
    case 'be':
      score -= 1.5;
      break;
    case 'have':
      score -= 1.5;
      break;
    case 'conjunction':
      score += conjoined(clause, previous.offset);
      break;
    case 'relative':
      score += 0.5;
      break;
    case 'plural':
      score += 1.5;
      break;
    case 'past':
    case 'verb':
      score -= 2;
      break;
    default:
      score -= 1;
  }
  switch (followingClass) {
    case 'determiner':
      score += following === 'that' ? 1 : 2;
      break;
    case 'possessive':
      score += /'s$/.test(following) ? -0.5 : 2;
      break;
    case 'object':
      score += 2.5;
      break;
    case 'subject':
      score += following === 'it' || following === 'you' ? 2.5 : following === 'people' ? 1 : 0;
      break;
    case 'be':
    case 'modal':
    case 'have':
      score -= 2;
      break;
    case 'preposition':
      score += following === 'of' ? -3 : 0;
      break;
    case 'noun':
      score -= 0.5;
      break;
    case 'adverb':
      score += 0.5;
      break;
    case 'past':
      score -= 1.5;
      break;
    default:
  }
  return score;
}

/** After 'and' or 'or': the same class as the word before it. */
function conjoined(clause: Clause, offset: number): number {
  const other = near(clause, offset - 1);
  const otherClass = other === '' ? '' : wordClass(other);
  if (otherClass === 'verb') return 2;
  if (otherClass === 'past' || otherClass === 'noun' || otherClass === 'plural' || otherClass === 'adjective') {
    const beforeOther = near(clause, offset - 2);
    return wordClass(beforeOther) === 'to' || wordClass(beforeOther) === 'modal' ? 3 : -1;
  }
  return 0;
}
