// The words of a reply; while it is heard, those that have been said light up.
import type { SaidWord } from '../api/types';
import './spoken-words.css';

interface SpokenWordsProps {
  text: string;
  words?: readonly SaidWord[];
  /** How far it has been heard; undefined while nobody listens. */
  seconds?: number;
}

export function SpokenWords({ text, words = [], seconds }: SpokenWordsProps) {
  if (seconds === undefined || words.length === 0) return <p class="words">{text}</p>;
  return (
    <p class="words">
      {partsOf(text, words).map(({ part, word }, index) =>
        word ? (
          <span
            key={index}
            class="word"
            data-said={word.start <= seconds}
            data-now={word.start <= seconds && seconds < word.end}
          >
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </p>
  );
}

/** The text in order, its words apart from what stands between them. */
function partsOf(text: string, words: readonly SaidWord[]): { part: string; word?: SaidWord }[] {
  const parts: { part: string; word?: SaidWord }[] = [];
  let at = 0;
  for (const word of words) {
    const from = text.indexOf(word.text, at);
    if (from < 0) continue;
    if (from > at) parts.push({ part: text.slice(at, from) });
    at = from + word.text.length;
    parts.push({ part: word.text, word });
  }
  return [...parts, { part: text.slice(at) }];
}
