// The commonest heteronyms, each with a decision of its own: the tense of 'read', and 'live', 'close' and 'used to'.
import { type Clause, before, near, verbScore } from './clause';
import { type Sense, mentionsInSentence, sense } from './heteronym-sense';
import { wordClass } from './word-classes';

const PAST_TIME =
  /^(?:yesterday|ago|last|once|earlier|previously|recently|already|was|were|did|had|said|told|went|came|saw|made|took|when|childhood|boyhood|girlhood)$|^(?!(?:b|r|sh|sl|w|hundr|sacr|nak|wick|infrar|kindr|hatr)ed$).*[^e]ed$/;

/** Whether the sentence speaks of the past: by a word, or by 'just now'. */
function isPast(clause: Clause): boolean {
  if (mentionsInSentence(clause, PAST_TIME)) return true;
  for (let offset = 1; offset < 12; offset++)
    if (near(clause, offset) === 'just' && near(clause, offset + 1) === 'now') return true;
  return false;
}

/** Present or past of 'read', from what stands before it. */
export function read(clause: Clause): Sense {
  const past = sense('R EH1 D', 'past');
  const present = sense('R IY1 D', 'present');
  const previous = before(clause);
  const further = near(clause, previous.offset - 1);
  switch (previous.wordClass) {
    case 'to':
    case 'modal':
    case 'do':
    case '':
      return previous.word === "i'd" ? past : present; // 'I'd read it before'
    case 'have':
      return past;
    case 'be':
      return past;
    case 'subject':
    case 'object': {
      // 'Have you read …', 'Did he read …', 'I let him read …'.
      if (wordClass(further) === 'have') return past;
      if (wordClass(further) === 'do' || wordClass(further) === 'modal') return present;
      if (/^(?:let|lets|make|made|help|helped|hear|heard|watch|watched|saw|see)$/.test(further)) return present;
      if (/^(?:he|she|it|who|someone|somebody|everyone|everybody|nobody|no-one)$/.test(previous.word)) return past;
      if (/^(?:just|finally|recently|already)$/.test(near(clause, -1))) return past;
      return isPast(clause) ? past : present;
    }
    case 'determiner':
    case 'adjective':
      return near(clause, -1).endsWith('ly') ? past : present;
    case 'possessive':
      return /'s$/.test(previous.word) && /^(?:it|he|she|that|what)'s$/.test(previous.word) ? past : present;
    case 'conjunction':
      return mentionsInSentence(clause, PAST_TIME) &&
        !/^(?:to|can|will|should|must|please|could|would|may|might)$/.test(near(clause, previous.offset - 2))
        ? past
        : present;
    case 'plural':
      return isPast(clause) ? past : present;
    case 'noun': {
      // A singular noun: 'Mary read it' must be past; 'the letter, read aloud' too. A question: 'Did Mary read it?'
      if (clauseHas(clause, ['do', 'modal', 'to'])) return present;
      return past;
    }
    default:
      return near(clause, -1).endsWith('ly') ? past : present;
  }
}

/** Whether one of the classes occurs between the clause's beginning and the word. */
function clauseHas(clause: Clause, classes: readonly string[]): boolean {
  for (let offset = -1; near(clause, offset) !== '' && offset > -6; offset--)
    if (classes.includes(wordClass(near(clause, offset)))) return true;
  return false;
}

const LIVE_NOUNS =
  /^(?:music|show|shows|concert|concerts|performance|performances|broadcast|broadcasts|tv|television|stream|streams|streaming|band|bands|audience|recording|recordings|animals|animal|video|videos|chat|event|events|coverage|wire|wires|action|album|albums|bait|ammunition|birth|births|feed|footage|demo|session|sessions|demonstration|update|updates|sports|entertainment|interview|radio|theater|theatre|set|studio|tour|version|traffic|data)$/;

/** The verb, or the adjective and adverb 'not recorded'. */
export function live(clause: Clause): Sense {
  const adjective = sense('L AY1 V', 'adjective or adverb');
  const verb = sense('L IH1 V', 'verb');
  const next = near(clause, 1);
  if (
    LIVE_NOUNS.test(next) ||
    (/^(?:on|in)$/.test(next) &&
      /^(?:stage|air|tv|t|camera|television|concert|radio|youtube|twitch|facebook|instagram|tiktok|cnn|zoom)$/.test(
        near(clause, 2),
      ) &&
      !/^(?:i|we|you|they|to|who)$/.test(near(clause, -1)))
  )
    return adjective;
  const previous = before(clause);
  if (
    /^(?:perform|performing|performed|performs|broadcast|broadcasting|stream|streaming|streamed|recorded|record|recording|going|went|go|goes|watch|watching|watched|air|aired|airs|see|seen|play|played|playing|shown|sing|singing|sang|us|it|them|him|her|reporting)$/.test(
      previous.word,
    )
  )
    return adjective;
  if (previous.wordClass === 'be' || /^(?:a|an)$/.test(previous.word)) return adjective;
  // 'LIVE: polls close'
  if (previous.wordClass === '' && /^(?:|from|on|at)$/.test(next)) return adjective;
  if (
    previous.wordClass === 'determiner' &&
    !/^(?:that|all|who|which|both|these|those|many|most|some|few|more)$/.test(previous.word)
  )
    return adjective;
  return verb;
}

/** 'near' with S; to shut, and an end, with Z. */
export function close(clause: Clause): Sense {
  const near1 = near(clause, 1);
  const score = verbScore(clause);
  const previous = before(clause);
  if (
    /^(?:to|friend|friends|call|enough|by|together|relationship|relative|relatives|attention|look|range|up|contact|family|second|race|match|combat|quarters|tie|ties|shave)$/.test(
      near1,
    ) &&
    previous.wordClass !== 'modal' &&
    previous.wordClass !== 'to' &&
    previous.wordClass !== 'do'
  ) {
    return sense('K L OW1 S', 'near');
  }
  if (
    previous.wordClass === 'determiner' &&
    /^(?:of|at|)$/.test(near1) &&
    !/^(?:too|so|very|that|this)$/.test(near(clause, -1))
  )
    return sense('K L OW1 Z', 'end');
  if (
    previous.wordClass === 'verb' ||
    previous.wordClass === 'past' ||
    previous.wordClass === 'be' ||
    /^(?:too|very|so|really|pretty|that|this)$/.test(near(clause, -1))
  )
    return sense('K L OW1 S', 'near');
  return score > 0 ? sense('K L OW1 Z', 'verb') : sense('K L OW1 S', 'near');
}

/** 'used to': habit and custom have S T; the passive of 'use' has Z D. */
export function used(clause: Clause): Sense {
  const plain = sense('Y UW1 Z D', 'past of use');
  if (near(clause, 1) !== 'to') return plain;
  const previous = before(clause);
  const habit = sense('Y UW1 S T', 'habit or custom');
  if (previous.wordClass !== 'be' && !/^(?:being|been|commonly|often|widely)$/.test(near(clause, -1)))
    return ['noun', 'plural', 'subject', 'determiner', 'conjunction', 'do', 'possessive'].includes(previous.wordClass)
      ? habit
      : plain;
  const afterTo = near(clause, 2);
  return /ing$/.test(afterTo) ||
    ['determiner', 'possessive', 'object'].includes(wordClass(afterTo)) ||
    afterTo === 'it' ||
    /^(?:get|gets|got|getting|become|became)$/.test(previous.word)
    ? habit
    : plain;
}
