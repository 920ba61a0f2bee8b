// A text with markup → what is said, how, and with which pauses.
import { MarkedTextBuilder, type Marked } from './marked-text';
import { addPlainText } from './plain-marks';
import { SSML_TAG, addSsml } from './ssml';

/** Whether `parseMarkup` would change anything about a text. */
export function mayHaveMarkup(text: string): boolean {
  return /[[(*<（【]/u.test(text);
}

/** Whether a text is a document of SSML, of which a part alone means nothing. */
export function isSsmlDocument(text: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?<speak[\s>]/iu.test(text);
}

/** @param from where the text begins in what was given */
export function parseMarkup(text: string, from = 0): Marked {
  const into = new MarkedTextBuilder();
  if (SSML_TAG.test(text)) addSsml(text, from, {}, into);
  else addPlainText(text, from, {}, into);
  return into.finish();
}
