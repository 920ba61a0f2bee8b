// What people and language models write into plain text that is not to be read out as it stands: pauses, sounds that are no words, links.
import type { Manner } from '../text-piece';
import type { MarkedTextBuilder } from './marked-text';

/** A nonverbal sound is this much silence where a voice has none. */
const NONVERBAL_SECONDS = 0.35;
const DEFAULT_PAUSE_SECONDS = 0.5;

const SOUNDS =
  'laugh(?:s|ing|ter)?|chuckl(?:e|es|ing)|giggl(?:e|es|ing)|snicker(?:s|ing)?|cackl(?:e|es|ing)|sigh(?:s|ing)?|gasp(?:s|ing)?|cough(?:s|ing)?|' +
  'sniff(?:s|les|ing)?|sneez(?:e|es|ing)|groan(?:s|ing)?|moan(?:s|ing)?|yawn(?:s|ing)?|breath(?:es|ing|s)?|breathe|inhal(?:e|es|ing)|exhal(?:e|es|ing)|' +
  'gulp(?:s|ing)?|cr(?:y|ies|ying)|sob(?:s|bing)?|whimper(?:s|ing)?|snort(?:s|ing)?|scoff(?:s|ing)?|hum(?:s|ming)?|grunt(?:s|ing)?|whistl(?:e|es|ing)|' +
  'pant(?:s|ing)?|wheez(?:e|es|ing)|snor(?:e|es|ing)|hiccup(?:s|ing)?|burp(?:s|ing)?|scream(?:s|ing)?|shriek(?:s|ing)?|squeal(?:s|ing)?|' +
  'mumbl(?:e|es|ing)|mutter(?:s|ing)?|whisper(?:s|ing)?|tsk|applause|clap(?:s|ping)?|smack(?:s|ing)? lips|lip smack|' +
  'clear(?:s|ing)? (?:(?:his|her|their|my|its) )?throat|throat[ -]clear(?:ing|s)?|clears_throat';
const SUBJECT = '(?:(?:he|she|they|i|it|everyone|both|(?:the )?(?:audience|crowd)) )?';
const ADVERBS = '(?:(?:softly|quietly|nervously|heavily|deeply|loudly|gently|slightly|a little|again|sadly|happily) )?';
const AFTER =
  '(?: (?:softly|quietly|nervously|heavily|deeply|loudly|gently|slightly|a little|again|sadly|happily|out loud))?';
const SOUND = `${ADVERBS}(?:${SOUNDS})${AFTER}`;
const CHINESE_SOUNDS =
  '大?笑声?|轻笑|苦笑|微笑|偷笑|叹气|叹息|咳嗽|哭泣?|抽泣|哽咽|喘气|吸气|呼气|深呼吸|清嗓子?|打哈欠|鼓掌|掌声';
const NONVERBAL = new RegExp(
  `^(?:${SUBJECT}${SOUND}(?:(?:,|,? and|,? then|, and then) ${SOUND})*|${CHINESE_SOUNDS})$`,
  'iu',
);

const LABEL = String.raw`[^\][\n]{0,200}`;
/** With brackets of its own, as Wikipedia has them, and a title behind it. */
const LINK_ADDRESS = String.raw`\((<[^<>\n]{1,400}>|(?:[^()\s]|\([^()\s]{0,200}\)){1,400})(?:\s+(?:"[^"\n]{0,200}"|'[^'\n]{0,200}'))?\)`;
/** Links of Markdown: an image within a link, `[text](address)`, `[text][1]`, and the line where a name gets its address. */
const LINKS = [
  String.raw`\[!\[(?<image>${LABEL})\]${LINK_ADDRESS.replace('(<', '(?:<')}\]${LINK_ADDRESS.replace('(<', '(?:<')}`,
  String.raw`!?\[(?<label>${LABEL})\]${LINK_ADDRESS.replace('(<', '(?<address><')}`,
  String.raw`\[(?<named>[^\][\n]{1,200})\]\[\d{0,3}\]`,
  String.raw`(?<definition>^[ \t]{0,3}\[[^\][\n]{1,200}\]:[ \t]+<?(?:[a-z][a-z0-9+.-]*:\/\/|www\.|\/|#)[^\n]*$)`,
].join('|');
/** What stands between brackets, braces or signs of emphasis, and tags without attributes. */
const BETWEEN = [
  String.raw`\[(?<square>[^\][\n]{1,40})\]`,
  String.raw`\({1,2}(?<round>[^()\n]{1,40})\){1,2}`,
  String.raw`\{(?<curly>[^{}\n]{1,40})\}`,
  String.raw`\*{1,3}(?<stars>[^*\n]{1,40})\*{1,3}`,
  String.raw`(?<![\p{L}\p{N}_])_{1,2}(?<lines>[^_\n]{1,40})_{1,2}(?![\p{L}\p{N}_])`,
  String.raw`（(?<wide>[^（）\n]{1,20})）`,
  String.raw`【(?<black>[^【】\n]{1,20})】`,
  String.raw`<\/?(?<tag>[a-z][a-z_ -]{0,23}?)\s?\/?>`,
].join('|');
const MARK = new RegExp(`${LINKS}|${BETWEEN}`, 'gimu');

const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:|\.|#|<|www\.)|\/|\.[a-z][a-z0-9]{1,4}(?:[?#]|$)/iu;
const PAUSE = /^(?:pause|break|silence|停顿)(?:[ :=]*(\d+(?:\.\d+)?) ?(s|sec|seconds?|ms|milliseconds?|秒|毫秒)?)?$/iu;
/** As plays have them. */
const STAGE_PAUSE = /^(?:(?<long>long|dramatic) |short |brief |slight )?(?:pauses?|beat|silence)$/iu;
const LONG_PAUSE_SECONDS = 1;

/** Adds plain text, written from `from` on. */
export function addPlainText(text: string, from: number, manner: Manner, into: MarkedTextBuilder): void {
  let at = 0;
  const upTo = (end: number) => into.text(text.slice(at, end), from + at, from + end, manner);
  for (const match of text.matchAll(MARK)) {
    const { index, 0: whole } = match;
    const { image, label, named, address, definition, ...between } = match.groups!;
    const linked = image ?? label ?? named;
    if (linked !== undefined || definition !== undefined) {
      // A reading, which the tokenizer knows, or brackets and brackets.
      if (address !== undefined && !ADDRESS.test(address)) continue;
      upTo(index);
      // The text begins behind the last of the brackets that are opened.
      const begin = from + index + whole.search(/\[(?!!\[)/u) + 1;
      if (linked !== undefined) into.text(linked, begin, begin + linked.length, manner);
      at = index + whole.length;
      continue;
    }
    const inside = Object.values(between)
      .find((part) => part !== undefined)!
      .trim();
    const seconds = pauseOf(inside, between, into);
    if (seconds === undefined && !isNonverbal(inside)) continue;
    upTo(index);
    at = index + whole.length;
    // What such an element has in it is words.
    if (whole.startsWith('</')) continue;
    into.pause(seconds ?? NONVERBAL_SECONDS);
    if (seconds === undefined) warnOfSound(whole, into);
  }
  upTo(text.length);
}

/** Puts a pause where an element is a sound, such as `<laughter>`. @returns whether it is one */
export function addNonverbalElement(name: string, into: MarkedTextBuilder): boolean {
  if (!isNonverbal(name)) return false;
  into.pause(NONVERBAL_SECONDS);
  warnOfSound(`<${name}>`, into);
  return true;
}

/** Whether what stands in square brackets is a sound or a pause, and no text of a link. */
export function isSoundOrPause(inside: string): boolean {
  return isNonverbal(inside) || /^pause\b/iu.test(inside) || PAUSE.test(inside) || STAGE_PAUSE.test(inside);
}

const isNonverbal = (text: string): boolean => NONVERBAL.test(text.replace(/[.!…]+$/u, ''));

function warnOfSound(written: string, into: MarkedTextBuilder): void {
  into.warn(`'${written}' is a sound that this voice does not have: a pause is in its place`);
}

/** Seconds of what asks for silence; undefined for anything else. */
function pauseOf(
  inside: string,
  { round, stars, square, tag }: Record<string, string | undefined>,
  into: MarkedTextBuilder,
): number | undefined {
  const staged = tag === undefined ? STAGE_PAUSE.exec(inside) : null;
  if (staged) return staged.groups?.long === undefined ? DEFAULT_PAUSE_SECONDS : LONG_PAUSE_SECONDS;
  if (round !== undefined || stars !== undefined) return undefined;
  const match = PAUSE.exec(inside);
  if (match) {
    const [, amount, unit = 's'] = match;
    if (amount === undefined) return DEFAULT_PAUSE_SECONDS;
    return Number(amount) / (/^(?:ms|milli|毫秒)/iu.test(unit) ? 1000 : 1);
  }
  if (square === undefined || !/^pause\b/iu.test(inside)) return undefined;
  into.warn(`'[${inside}]' says no time such as 0.5s or 500ms: a pause of ${DEFAULT_PAUSE_SECONDS} s is in its place`);
  return DEFAULT_PAUSE_SECONDS;
}
