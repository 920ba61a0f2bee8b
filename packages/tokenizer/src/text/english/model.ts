// placeholder until the model is trained
import { LETTER_NAMES } from './pronounce';
export function guess(word: string): string[] {
  return [...word.toUpperCase()].flatMap((letter) => (LETTER_NAMES[letter] ?? '').split(' ')).filter(Boolean);
}
