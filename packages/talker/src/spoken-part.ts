// Which part of a text has been said when a number of its tokens have been heard: what a conversation remembers of a reply that
// was interrupted.

const segmenters = new Map<string, Intl.Segmenter>();

/**
 * The beginning of a text, up to the word that is nearest to its `share`, measured in characters.
 * @param share from 0 to 1
 */
export function spokenPart(text: string, share: number, language = 'en'): string {
  if (share >= 1) return text;
  const reached = share * text.trimEnd().length;
  let segmenter = segmenters.get(language);
  if (!segmenter) segmenters.set(language, (segmenter = new Intl.Segmenter(language, { granularity: 'word' })));
  let end = 0;
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    if (!isWordLike) continue;
    if (index + segment.length / 2 > reached) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
