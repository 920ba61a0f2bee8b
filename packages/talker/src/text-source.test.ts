// A text that is being written is read as the whole of it would be, wherever it is cut: tags, links and what they have to say of what follows.
import { textPieces, writtenTextPieces } from './text-source';
import type { TextPiece } from './text-piece';

/** The pieces, where each sentence that was begun early is let grow. */
async function written(parts: Iterable<string>, eager = false): Promise<TextPiece[]> {
  const pieces: TextPiece[] = [];
  for await (const piece of writtenTextPieces(parts, { eager })) {
    let { text } = piece;
    if (piece.growth) for (let grown; !grown?.complete;) ({ text } = grown = await piece.growth.next());
    pieces.push({ ...piece, text, source: piece.growth ? text : piece.source });
  }
  return pieces;
}

const said = (pieces: readonly TextPiece[]) =>
  pieces.map(({ text, manner = {}, pauseSeconds = 0, marks = [] }) => [text.trim(), manner, pauseSeconds, marks]);

const CASES = [
  'Hello there my friend. <break time="1s"/> And now <prosody rate="slow">this slow part is said. Two sentences of it.</prosody> All done now.',
  'We should read [what he wrote. All of it](https://example.org/a.b) again and again.',
  'This was said by <sub alias="Mister Smith. The elder">MS</sub> a long time ago.',
  'He did so. <prosody volume="loud"><prosody rate="fast">One thing here. And one more thing.</prosody> Then the last of it.',
  'That is all of it. [pause 2s] <mark name="here"/>What do you say now?',
  'A first sentence here. (laughs) A second sentence here. <emphasis>Really good stuff.</emphasis>',
  'We all laughed at it (laughs) and so it went on and on, and on.',
  'The price of the house (about five million in all) is what it is.',
  'It is 2 < 3 and so on. And a [ alone stays what it is.',
];

test.each(CASES)('letter by letter: %s', async (text) => {
  const streamed = await written([...text]);
  expect(said(streamed)).toEqual(said(textPieces(text)));
  // Sentences that are begun before they end may be parted where their markup begins.
  const eager = await written([...text], true);
  const words = (pieces: readonly TextPiece[]) => pieces.map((piece) => piece.text.trim()).join(' ');
  expect(words(eager)).toBe(words(streamed));
  // Places are those of what was written.
  for (const { source, from } of [...streamed, ...eager]) expect(text.slice(from, from + source.length)).toBe(source);
});

test.each(CASES)('cut in two anywhere: %s', async (text) => {
  const expected = said(textPieces(text));
  for (let at = 1; at < text.length; at += 3)
    expect(said(await written([text.slice(0, at), text.slice(at)]))).toEqual(expected);
});

test('what is never closed is read all the same', async () => {
  const streamed = await written([
    'A tag that <prosody rate="slow" never ends. ',
    'More words of it. ',
    'The end of it.',
  ]);
  expect(streamed.map(({ text }) => text).join('')).toContain('The end of it.');
  const [first] = await written(['One [bracket that never ends. ', 'Then it goes on.']);
  expect(first.text).toContain('bracket');
});

test('a mark, and what cannot be rendered, behind the last words', async () => {
  const text = 'This is the end. <mark name="end"/>(laughs)';
  for (const pieces of [textPieces(text), await written([...text])]) {
    expect(pieces.at(-1)).toMatchObject({ text: '', marks: ['end'] });
    expect(pieces.flatMap(({ warnings = [] }) => warnings)).toEqual([expect.stringContaining('(laughs)')]);
  }
});
