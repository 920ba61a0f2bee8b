// Heteronyms that need more than noun versus verb: their meaning ('lead', 'bass', 'tear') or the words around them.
import { type Clause, before, near, verbScore } from './clause';
import { type Sense, mentions, sense } from './heteronym-sense';
import { close, live, read, used } from './heteronym-verbs';
import { wordClass } from './word-classes';

const LEAD_METAL =
  /^(?:pipe|pipes|paint|poisoning|acid|bullet|bullets|weight|weights|pencil|ore|battery|batteries|balloon|shot|sinker|solder|apron|crystal|plumbing|roof|dust|exposure|mine|mines|glass|lined|free|glaze|foil|levels|contamination|smelter|shield|shielding|type|cable|salts|oxide|azide)$/;
const METALS =
  /^(?:metal|metals|zinc|mercury|copper|toxic|tin|arsenic|cadmium|iron|silver|poisonous|molten|element|unleaded|leaded|pencil|pencil's|pipes|paint|tap|blood)$/;

/** Who can be an invalid: 'her invalid mother'. */
const PERSON =
  /^(?:mother|father|parent|parents|wife|husband|son|daughter|brother|sister|aunt|uncle|grandmother|grandfather|child|children|woman|man|lady|gentleman|soldier|soldiers|patient|relative|cousin|friend|mum|mom|dad)$/;

/** What follows a person and no noun: 'the invalid slept'. */
const PERSON_DOES =
  /^(?:lay|lies|slept|sleeps|needs|died|dies|sits|cried|cries|rose|woke|wept|spoke|wants|lives|rests|waits|stays|looks|smiles|coughs|gets|should|after|before|since|when|who)$/;
const NO_NOUN: ReadonlySet<string> = new Set(
  'verb past be have modal do preposition adverb conjunction relative subject object possessive determiner'.split(' '),
);

const winds =
  (verb: string, noun: string) =>
  (clause: Clause): Sense => {
    const isVerb = /^(?:up|down|through|its|around|back|along)$/.test(near(clause, 1))
      ? verbScore(clause) > -2
      : verbScore(clause) >= 2;
    return isVerb ? sense(verb, 'verb: to turn') : sense(noun, 'noun: air');
  };

const tears =
  (rip: string, drop: string) =>
  (clause: Clause): Sense => {
    const next = near(clause, 1);
    if (/^(?:apart|down|up|off|out|open|it|them|the|this|that|away)$/.test(next)) return sense(rip, 'to rip');
    if (near(clause, -1) === 'and' && near(clause, -2) === 'wear') return sense(rip, 'a rip');
    if (/^(?:gas|drop|drops|duct|ducts|stained|jerker|filled)$/.test(next)) return sense(drop, 'drop from the eye');
    // 'a tear in my eye'
    if (next === 'in' && [2, 3, 4, 5, 6].some((offset) => /^eyes?$/.test(near(clause, offset))))
      return sense(drop, 'drop from the eye');
    if (
      next === 'in' ||
      next === 'along' ||
      /^(?:wear|ligament|muscle|acl|meniscus)$/.test(near(clause, -2)) ||
      /^(?:ligament|muscle|acl|meniscus|rotator|cuff)$/.test(near(clause, -1))
    ) {
      return near(clause, -1) === 'tears'
        ? sense(drop, 'drop from the eye')
        : /^(?:a|the|small|big|large)$/.test(near(clause, -1)) || wordClass(near(clause, -1)) === 'noun'
          ? sense(rip, 'a rip')
          : sense(drop, 'drop from the eye');
    }
    return verbScore(clause) > 0 ? sense(rip, 'to rip') : sense(drop, 'drop from the eye');
  };

/** Who bows takes a bow. */
const TAKES = /^(?:take|takes|took|taking|taken|makes|made|gave|gives|give)$/;

/** A capital that is not only the sentence's. */
function isName(clause: Clause): boolean {
  return /^[A-Z]/.test(clause.written[clause.at]) && near(clause, -1) !== '';
}

/** One decision a word; undefined leaves it to the noun–verb table or the dictionary. */
export const SPECIAL_HETERONYMS: ReadonlyMap<string, (clause: Clause) => Sense | undefined> = new Map<
  string,
  (clause: Clause) => Sense | undefined
>([
  ['read', read],
  ['reads', () => sense('R IY1 D Z', 'present')],
  ['live', live],
  [
    'lives',
    (clause) => {
      const previous = before(clause);
      if (
        /^(?:he|she|it|who|that|which|everyone|everybody|someone|nobody)$/.test(previous.word) ||
        (previous.wordClass === 'noun' &&
          /^(?:in|on|at|with|here|there|alone|by|near|next|for|under|far|up|down|across|off|through|around|within)$/.test(
            near(clause, 1),
          ))
      ) {
        return sense('L IH1 V Z', 'verb');
      }
      return sense('L AY1 V Z', 'noun');
    },
  ],
  ['lived', () => sense('L IH1 V D', 'verb')],
  ['close', close],
  [
    'lead',
    (clause) =>
      LEAD_METAL.test(near(clause, 1)) ||
      (mentions(clause, METALS) && verbScore(clause) < 0) ||
      (/^(?:of|contains|contain|containing|contained|molten|ban|banned)$/.test(near(clause, -1)) &&
        /^(?:|in|and|or|is|was|are|can|at)$/.test(near(clause, 1)))
        ? sense('L EH1 D', 'metal')
        : sense('L IY1 D', 'to guide'),
  ],
  ['leads', () => sense('L IY1 D Z', 'to guide')],
  ['wind', winds('W AY1 N D', 'W IH1 N D')],
  ['winds', winds('W AY1 N D Z', 'W IH1 N D Z')],
  [
    'wound',
    (clause) =>
      /^(?:up|down|around|through|back|its|tightly)$/.test(near(clause, 1)) ||
      /^(?:tightly|i|he|she|they|we|it|path|road|river)$/.test(near(clause, -1))
        ? sense('W AW1 N D', 'past of wind')
        : sense('W UW1 N D', 'injury'),
  ],
  ['tear', tears('T EH1 R', 'T IH1 R')],
  [
    'tears',
    (clause) =>
      /^(?:he|she|it|who|that|which)$/.test(near(clause, -1))
        ? sense('T EH1 R Z', 'to rip')
        : tears('T EH1 R Z', 'T IH1 R Z')(clause),
  ],
  [
    'bow',
    (clause) => {
      if (
        /^(?:arrow|arrows|tie|ties|string|violin|ribbon|hair|cello|archery)$/.test(near(clause, 1)) ||
        (!TAKES.test(near(clause, -2)) &&
          mentions(clause, /^(?:arrow|arrows|violin|ribbon|hair|cello|archer|archery|gift|strings)$/))
      )
        return sense('B OW1', 'weapon or knot');
      if (
        verbScore(clause) > 0 ||
        TAKES.test(near(clause, -2)) ||
        /^(?:deep|low|polite|slight|respectful|formal|graceful|little|small|curt)$/.test(near(clause, -1)) ||
        /^(?:before|down|to|out)$/.test(near(clause, 1)) ||
        mentions(clause, /^(?:ship|ship's|stern|boat|audience|applause|deck)$/)
      )
        return sense('B AW1', 'to bend, or a ship');
      return sense('B OW1', 'weapon or knot');
    },
  ],
  ['bows', (clause) => (verbScore(clause) > 0 ? sense('B AW1 Z', 'to bend') : sense('B OW1 Z', 'weapons or knots'))],
  ['bowed', () => sense('B AW1 D', 'to bend')],
  [
    'bass',
    (clause) =>
      !/^(?:player|players|guitar|guitars|drum|drums|line|lines|solo|clarinet|clef|amp|boost|singer|voice|note|notes|riff|speaker|speakers|music|is|was|drop|and)$/.test(
        near(clause, 1),
      ) &&
      mentions(
        clause,
        /^(?:fish|fishing|caught|sea|lake|striped|grilled|largemouth|river|trout|salmon|catch|fisherman)$/,
      )
        ? sense('B AE1 S', 'fish')
        : sense('B EY1 S', 'music'),
  ],
  [
    'dove',
    (clause) =>
      /^(?:into|in|down|off|under|headfirst|for|deep|straight|from)$/.test(near(clause, 1)) &&
      !/^(?:a|the|white|turtle|mourning)$/.test(near(clause, -1))
        ? sense('D OW1 V', 'past of dive')
        : sense('D AH1 V', 'bird'),
  ],
  [
    'sow',
    (clause) =>
      /^(?:a|the|pregnant|old)$/.test(near(clause, -1)) ? sense('S AW1', 'pig') : sense('S OW1', 'to plant'),
  ],
  ['sewer', () => sense('S UW1 ER0', 'drain')],
  [
    'minute',
    (clause) =>
      /^(?:detail|details|amount|amounts|particles|particle|quantities|quantity|difference|differences|traces|trace|fraction|changes|variations|organisms|creatures|fragments)$/.test(
        near(clause, 1),
      ) || /^(?:very|extremely|so|too|incredibly|most)$/.test(near(clause, -1))
        ? sense('M AY0 N UW1 T', 'tiny')
        : sense('M IH1 N AH0 T', 'sixty seconds'),
  ],
  [
    'content',
    (clause) => {
      const previous = before(clause);
      return (previous.wordClass === 'be' &&
        !/^(?:of|is|was|are|i|you|we|they|he|she|that|for)$/.test(near(clause, 1))) ||
        near(clause, 1) === 'with' ||
        /^(?:very|quite|perfectly|fairly|feel|feels|felt|seem|seems|seemed|looked|looks|remain|remained|truly)$/.test(
          near(clause, -1),
        ) ||
        (/^(?:me|him|her|them|us|you|myself|himself|herself|themselves)$/.test(near(clause, -1)) &&
          /^(?:make|makes|made|keep|keeps|kept|leave|left)$/.test(near(clause, -2)))
        ? sense('K AH0 N T EH1 N T', 'satisfied')
        : sense('K AA1 N T EH0 N T', 'what is inside');
    },
  ],
  [
    'complex',
    (clause) => {
      const previous = before(clause);
      const next = near(clause, 1);
      const standsBeforeNoun = next !== '' && ['noun', 'plural', 'adjective'].includes(wordClass(next));
      return standsBeforeNoun ||
        previous.wordClass === 'be' ||
        /^(?:very|so|more|most|too|quite|highly|and|or|equally)$/.test(near(clause, -1)) ||
        previous.wordClass === ''
        ? sense('K AH0 M P L EH1 K S', 'adjective')
        : sense('K AA1 M P L EH0 K S', 'noun');
    },
  ],
  [
    'compact',
    (clause) =>
      /^(?:disc|discs|disk|disks)$/.test(near(clause, 1)) || (verbScore(clause) < -2 && near(clause, 1) === '')
        ? sense('K AA1 M P AE0 K T', 'noun')
        : sense('K AH0 M P AE1 K T', 'adjective or verb'),
  ],
  ['used', used],
  ['house', (clause) => (verbScore(clause) > 2.5 ? sense('HH AW1 Z', 'verb') : sense('HH AW1 S', 'noun'))],
  [
    'polish',
    (clause) =>
      /^[A-Z]/.test(clause.written[clause.at]) &&
      (near(clause, -1) !== '' || !/^(?:the|your|my|it|them|this|that|up)$/.test(near(clause, 1)))
        ? sense('P OW1 L IH0 SH', 'of Poland')
        : sense('P AA1 L IH0 SH', 'to shine'),
  ],
  [
    'nice',
    (clause) =>
      isName(clause) && /^(?:in|to|from|of|near|at)$/.test(near(clause, -1)) ? sense('N IY1 S', 'city') : undefined,
  ],
  [
    'reading',
    (clause) =>
      isName(clause) && /^(?:in|to|from|near|of)$/.test(near(clause, -1))
        ? sense('R EH1 D IH0 NG', 'town')
        : sense('R IY1 D IH0 NG', 'present'),
  ],
  ['august', (clause) => (/^[A-Z]/.test(clause.written[clause.at]) ? sense('AO1 G AH0 S T', 'month') : undefined)],
  [
    'does',
    (clause) =>
      /^(?:two|three|bucks|deer)$/.test(near(clause, -1)) ? sense('D OW1 Z', 'deer') : sense('D AH1 Z', 'verb'),
  ],
  [
    'learned',
    (clause) =>
      /^(?:a|the|most|very)$/.test(near(clause, -1)) && wordClass(near(clause, 1)) === 'noun'
        ? sense('L ER1 N IH0 D', 'adjective')
        : sense('L ER1 N D', 'verb'),
  ],
  [
    'invalid',
    (clause) =>
      /^(?:an|the|this|that|his|her|their|my|our|old|young|poor|elderly|helpless|bedridden|lifelong|chronic|wealthy|rich|war)$/.test(
        near(clause, -1),
      ) &&
      (near(clause, 1) === '' ||
        PERSON.test(near(clause, 1)) ||
        PERSON_DOES.test(near(clause, 1)) ||
        NO_NOUN.has(wordClass(near(clause, 1))))
        ? sense('IH1 N V AH0 L AH0 D', 'noun')
        : sense('IH0 N V AE1 L AH0 D', 'adjective'),
  ],
  ['upset', () => sense('AH0 P S EH1 T', 'verb or adjective')],
]);
