// Contents: markup of speech.
export { isSsmlDocument, mayHaveMarkup, parseMarkup, placeOfOpenMark, plainLength } from './parse-markup';
export type { Marked, MarkedText } from './marked-text';
