// A coarse tagger: closed classes by list, the commonest open-class words by list, the rest by ending. Enough to distinguish a noun
// from a verb where a heteronym's reading depends on it; not a general part-of-speech tagger.

/** Coarse class of a word, '' at the edge of a clause. */
export type WordClass =
  | ''
  | 'determiner'
  | 'possessive'
  | 'subject'
  | 'object'
  | 'modal'
  | 'to'
  | 'be'
  | 'have'
  | 'do'
  | 'preposition'
  | 'adverb'
  | 'conjunction'
  | 'relative'
  | 'number'
  | 'adjective'
  | 'verb'
  | 'past'
  | 'plural'
  | 'noun';

const LISTS: readonly [WordClass, string][] = [
  [
    'determiner',
    'the a an this that these those each every some any no another all both either neither many much few several most more which whose what',
  ],
  ['possessive', 'my your his its our their her'],
  [
    'subject',
    "i you he she it we they who i'm you're somebody someone everybody everyone nobody anybody anyone people",
  ],
  ['object', 'me him us them myself yourself himself herself itself ourselves themselves'],
  [
    'modal',
    "will would can could shall should may might must cannot can't won't couldn't wouldn't shouldn't mustn't i'll you'll he'll she'll it'll we'll they'll i'd you'd he'd she'd we'd they'd let's lets gonna wanna please better ought mightn't shan't who'll",
  ],
  [
    'be',
    "is are was were be been being am isn't aren't wasn't weren't it's that's there's he's she's we're they're who's what's here's feel feels felt seem seems seemed become became becomes remain remains remained get gets got",
  ],
  ['have', "have has had having haven't hasn't hadn't i've you've we've they've who've should've could've would've"],
  ['do', "do does did don't doesn't didn't"],
  [
    'preposition',
    'of in on at with for from by about into over under between through during without against among across behind beyond near per via than like as within upon toward towards around despite off onto above below beside besides since until',
  ],
  [
    'adverb',
    "not never always also just still really even only already often then now ever soon usually sometimes rarely seldom hardly almost quickly finally actually probably again too very so quite rather n't perhaps maybe currently clearly simply ever first",
  ],
  ['conjunction', 'and or but nor yet because although though while if unless whereas'],
  ['relative', 'how why when where whom'],
  [
    'number',
    'one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion zero',
  ],
  ['plural', 'children men women folks kids teens police grandchildren'],
  [
    'adjective',
    'new old good bad great big small large little long short high low own other same different important early late young right left next last best worst better free full whole real sure hot cold strong weak hard easy clear recent single double world black white red blue green main major minor current former fresh local public private own perfect broken dead open rich poor true false common rare special strange serious simple own official top annual',
  ],
  [
    'verb',
    'go come make take get give know think see want need say tell ask look find keep let put try help start stop begin run walk play work call turn show hear hold bring write sit stand lose pay meet buy send build stay fall cut reach kill raise pass sell decide return explain hope develop carry break receive agree support hit eat cover catch draw choose makes takes gives says goes comes knows thinks sees wants needs keeps puts tries helps finds tells asks shows brings means',
  ],
  [
    'past',
    'went came made took gave knew thought saw said told asked found kept began ran wrote sat stood lost paid met bought sent built stayed fell broke ate caught drew chose bit brought held heard left led won became spoke drove flew grew threw wore',
  ],
];

const CLASSES = new Map<string, WordClass>();
for (const [wordClass, list] of LISTS)
  for (const word of list.split(' ')) if (!CLASSES.has(word)) CLASSES.set(word, wordClass);

/** Class of a word in lower case, from the lists and then from its ending. */
export function wordClass(word: string): WordClass {
  const listed = CLASSES.get(word);
  if (listed !== undefined) return listed;
  if (word === 'to') return 'to';
  if (/'s$|s'$/.test(word)) return 'possessive';
  if (/ly$/.test(word) && word.length > 4) return 'adverb';
  if (/(?:ous|ful|ive|able|ible|less|ical|ary|ish|ern|ese)$/.test(word) && word.length > 4) return 'adjective';
  if (/(?:ic|al|ant|ent)$/.test(word) && word.length > 5 && !/(?:ment|al)$/.test(word)) return 'adjective';
  if (/(?:nal|ial|ual|ral)$/.test(word) && word.length > 5) return 'adjective';
  if (/ed$/.test(word) && word.length > 4) return 'past';
  if (/[^suiy]s$|(?:ie|oo|y)s$/.test(word) && word.length > 3) return 'plural';
  return 'noun';
}
