// Contents: markup of speech.
export { isSsmlDocument, mayHaveMarkup, parseMarkup } from './parse-markup';
export type { Marked, MarkedText } from './marked-text';
