import { parseMarkup } from './parse-markup';
import { arpabetOfIpa } from './ipa';

const said = (text: string) => parseMarkup(text).parts.map((part) => part.text.trim());

test('pauses part the text, and say how long they are', () => {
  const { parts, warnings } = parseMarkup('One. [pause 1.5s] Two. [pause 200ms] Three. [pause] Four.');
  expect(parts.map(({ text }) => text.trim())).toEqual(['One.', 'Two.', 'Three.', 'Four.']);
  expect(parts.map(({ pauseSeconds }) => pauseSeconds)).toEqual([0, 1.5, 0.2, 0.5]);
  expect(warnings).toEqual([]);
});

test.each([
  ['That is funny (laughs) really.', ['That is funny', 'really.']],
  ['Well, [sigh] I know.', ['Well,', 'I know.']],
  ['*clears throat* Hello.', ['Hello.']],
  ['好吧（叹气）我知道了。', ['好吧', '我知道了。']],
  ['I <laugh> see.', ['I', 'see.']],
])('sounds that are no words are not read: %s', (text, expected) => {
  expect(said(text)).toEqual(expected);
  expect(parseMarkup(text).warnings).toHaveLength(1);
});

test.each([
  'The price (about five euros) is *really* good [or so they say].',
  'A [lead](L EH1 D) pipe.',
  'I <3 you, and 2 < 3.',
])('everything else stays: %s', (text) => {
  expect(said(text)).toEqual([text]);
});

test('links are read without their address, and places are those of what was written', () => {
  const text = 'See [the docs](https://example.org/a_b) or ![a cat](cat.png) now.';
  const { parts } = parseMarkup(text);
  expect(parts.map((part) => part.text)).toEqual(['See the docs or a cat now.']);
  const [{ origins, text: plain }] = parts;
  for (const word of ['See', 'docs', 'cat', 'now'])
    expect(text.slice(origins.at(plain.indexOf(word)), origins.endAt(plain.indexOf(word) + word.length))).toBe(word);
});

test('SSML: break, sub, phoneme, prosody, lang and mark are followed, the rest is named', () => {
  const { parts, warnings } = parseMarkup(
    '<speak>Hello &amp; welcome.<break time="700ms"/><prosody rate="slow" pitch="+2st" volume="-6dB">Slow.</prosody>' +
      '<mark name="here"/><s><sub alias="World Wide Web">WWW</sub> <phoneme alphabet="ipa" ph="ˈlɛd">lead</phoneme></s>' +
      '<p xml:lang="zh-CN">你好</p><say-as interpret-as="date">1 May</say-as><emphasis>now</emphasis></speak>',
  );
  expect(parts.map(({ text }) => text)).toEqual([
    'Hello & welcome.',
    'Slow.',
    'World Wide Web [lead](L EH1 D)',
    '你好',
    '1 Maynow',
  ]);
  expect(parts[1]).toMatchObject({
    pauseSeconds: 0.7,
    manner: { speed: 0.75, pitchSemitones: 2, gainDecibels: -6 },
  });
  expect(parts[2].marks).toEqual(['here']);
  expect(parts[3].manner).toEqual({ language: 'zh' });
  expect(warnings).toEqual([
    '<say-as> is not followed here: its text is read as it stands',
    '<emphasis> is not followed here: its text is read as it stands',
  ]);
});

test('broken SSML is read as far as it goes', () => {
  expect(said('<speak>One <break time="x"/> two <prosody rate="fast">three')).toEqual(['One', 'two', 'three']);
});

test('the phonetic alphabet becomes ARPAbet', () => {
  expect(arpabetOfIpa('təˈmɑːtoʊ')).toBe('T AH0 M AA1 T OW0');
  expect(arpabetOfIpa('ʔ')).toBeUndefined();
});
