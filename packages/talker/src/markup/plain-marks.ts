// What people and language models write into plain text that is not to be read out as it stands: pauses, sounds that are no words, links.
import type { Manner } from '../text-piece';
import type { MarkedTextBuilder } from './marked-text';

/** A nonverbal sound is this much silence where a voice has none. */
const NONVERBAL_SECONDS = 0.35;
const DEFAULT_PAUSE_SECONDS = 0.5;

const SOUNDS =
  'laugh(?:s|ing|ter)?|chuckl(?:e|es|ing)|giggl(?:e|es|ing)|snicker(?:s|ing)?|sigh(?:s|ing)?|gasp(?:s|ing)?|cough(?:s|ing)?|sniff(?:s|les|ing)?|' +
  'sneez(?:e|es|ing)|groan(?:s|ing)?|moan(?:s|ing)?|yawn(?:s|ing)?|breath(?:es|ing|s)?|breathe|inhal(?:e|es|ing)|exhal(?:e|es|ing)|gulp(?:s|ing)?|' +
  'cr(?:y|ies|ying)|sob(?:s|bing)?|snort(?:s|ing)?|scoff(?:s|ing)?|hum(?:s|ming)?|grunt(?:s|ing)?|whistl(?:e|es|ing)|pant(?:s|ing)?|' +
  'clear(?:s|ing)? (?:(?:his|her|their|my|its) )?throat|throat[ -]clear(?:ing|s)?|clears_throat|tsk|applause|clap(?:s|ping)?|smack(?:s|ing)? lips|lip smack';
const ADVERBS = '(?:(?:softly|quietly|nervously|heavily|deeply|loudly|gently|slightly|a little|again|sadly|happily) )?';
const AFTER =
  '(?: (?:softly|quietly|nervously|heavily|deeply|loudly|gently|slightly|a little|again|sadly|happily|out loud))?';
const CHINESE_SOUNDS =
  '大?笑声?|轻笑|苦笑|微笑|偷笑|叹气|叹息|咳嗽|哭泣?|抽泣|哽咽|喘气|吸气|呼气|深呼吸|清嗓子?|打哈欠|鼓掌|掌声';
const NONVERBAL = new RegExp(`^(?:${ADVERBS}(?:${SOUNDS})${AFTER}|${CHINESE_SOUNDS})$`, 'iu');

/** What stands between brackets or asterisks, and Markdown's links. */
const MARK =
  /!?\[([^\][\n]{1,200})\]\(([^()\s]{1,400})(?:\s+"[^"\n]{0,200}")?\)|\[([^\][\n]{1,40})\]|\(([^()\n]{1,40})\)|\*([^*\n]{1,40})\*|（([^（）\n]{1,20})）|【([^【】\n]{1,20})】|<([a-z_ -]{1,24})>/giu;

const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]*:|\/|\.{0,2}\/|#|www\.)|\.(?:com|org|net|io|dev|html?|md|pdf|png|jpe?g|cn|de|uk)(?:[/?#]|$)/iu;
const PAUSE = /^(?:pause|break|silence|停顿)(?:[ :=]*(\d+(?:\.\d+)?) ?(s|sec|seconds?|ms|milliseconds?|秒|毫秒)?)?$/iu;

/** Adds plain text, written from `from` on. */
export function addPlainText(text: string, from: number, manner: Manner, into: MarkedTextBuilder): void {
  let at = 0;
  const upTo = (end: number) => into.text(text.slice(at, end), from + at, from + end, manner);
  for (const match of text.matchAll(MARK)) {
    const { index, 0: whole, 1: label, 2: address } = match;
    if (label !== undefined) {
      if (!ADDRESS.test(address)) continue; // a reading, which the tokenizer knows, or brackets and brackets
      upTo(index);
      const begin = index + whole.indexOf('[') + 1;
      into.text(label, from + begin, from + begin + label.length, manner);
      at = index + whole.length;
      continue;
    }
    const inside = match
      .slice(3)
      .find((part) => part !== undefined)!
      .trim();
    const seconds = whole.startsWith('(') || whole.startsWith('*') ? undefined : pauseOf(inside);
    if (seconds === undefined && !NONVERBAL.test(inside.replace(/[.!…]+$/u, ''))) continue;
    upTo(index);
    at = index + whole.length;
    into.pause(seconds ?? NONVERBAL_SECONDS);
    if (seconds === undefined)
      into.warn(`'${whole}' is a sound that this voice does not have: a pause is in its place`);
  }
  upTo(text.length);
}

function pauseOf(inside: string): number | undefined {
  const match = PAUSE.exec(inside);
  if (!match) return undefined;
  const [, amount, unit = 's'] = match;
  if (amount === undefined) return DEFAULT_PAUSE_SECONDS;
  return Number(amount) / (/^(?:ms|milli|毫秒)/iu.test(unit) ? 1000 : 1);
}
