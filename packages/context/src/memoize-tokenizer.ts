// A conversation grows by a turn at a time, and every reply reads the same history again: what was tokenized once is kept.
import type { Audio } from '@gpt-talker/audio';
import type { TurnTokenizer } from './types';

/** How many texts are remembered; the least recently used go first. A speech is remembered as long as its Audio object lives. */
const REMEMBERED_TEXTS = 1000;

/** A tokenizer that tokenizes the same text, and the same Audio object, only once. Failures are not remembered. */
export function memoizeTokenizer(tokenizer: TurnTokenizer): TurnTokenizer {
  const texts = new Map<string, ReturnType<TurnTokenizer['text']>>();
  const speeches = new WeakMap<Audio, Promise<Int32Array>>();
  return {
    text(text, language) {
      const key = JSON.stringify([language ?? null, text]);
      const known = texts.get(key);
      const result = known ?? tokenizer.text(text, language);
      texts.delete(key);
      texts.set(key, result);
      if (!known) {
        result.catch(() => texts.delete(key));
        if (texts.size > REMEMBERED_TEXTS) texts.delete(texts.keys().next().value!);
      }
      return result;
    },
    speech(audio) {
      const known = speeches.get(audio);
      if (known) return known;
      const result = tokenizer.speech(audio);
      speeches.set(audio, result);
      result.catch(() => speeches.delete(audio));
      return result;
    },
  };
}
