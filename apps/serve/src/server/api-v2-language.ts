// api_v2's names of languages, and what a voice makes of them.
import type { VoiceDescription } from '../engine/engine';
import { ApiError } from '../requests/api-error';

/** `zh` has English in it, `all_zh` has not; `auto` finds out, `auto_yue` takes Chinese for Cantonese. */
const KNOWN = new Set('zh en ja ko yue auto auto_yue all_zh all_ja all_ko all_yue'.split(' '));

export interface AskedLanguage {
  /** For the voice; undefined where it is to find out itself. */
  language?: string;
  /** The language that was asked for and is not spoken here, where the text is of another that is. */
  substituted?: string;
}

/**
 * Clients send `zh` for whatever they say (SillyTavern's have it as their default): a text that is plainly English is then spoken as that.
 * @throws ApiError 400 for a language that the voice does not speak
 */
export function askedLanguage(asked: string, text: string, { name, languages }: VoiceDescription): AskedLanguage {
  const wanted = asked.trim().toLowerCase();
  const language = wanted.replace(/^(?:all|auto)_/, '');
  if (language === 'auto') return {};
  if (languages.includes(language)) return { language };
  if (KNOWN.has(wanted) && languages.includes('en') && isLatin(text)) return { substituted: language };
  const message = `text_lang: voice '${name}' speaks ${languages.join(', ')}; send text_lang=${languages[0]}`;
  throw ApiError.badRequest('language_unsupported', 'text_lang', message);
}

/** Whether all of its letters are of the alphabet that English is written in. */
function isLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => /\p{Script=Latin}/u.test(letter));
}
