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
  ['I <laughter>told you</laughter> so.', ['I', 'told you so.']],
  ['Ah <sigh/> well.', ['Ah', 'well.']],
  ['She (laughs, then sighs) left.', ['She', 'left.']],
  ['[laughs and coughs] Right.', ['Right.']],
  ['Stop. *she screams*', ['Stop.']],
  ['_sighs_ Fine. ', ['Fine.']],
  ['**laughs** Fine.', ['Fine.']],
  ['((burps)) Fine.', ['Fine.']],
  ['{whispers} Fine.', ['Fine.']],
  ['Fine. (LAUGHS!)', ['Fine.']],
  ['<speak>Oh <laugh/> dear</speak>', ['Oh', 'dear']],
])('sounds that are no words are not read: %s', (text, expected) => {
  expect(said(text)).toEqual(expected);
  expect(parseMarkup(text).warnings).toHaveLength(1);
});

test.each([
  'The price (about five euros) is *really* good [or so they say].',
  'A [lead](L EH1 D) pipe.',
  'I <3 you, and 2 < 3.',
  'Use snake_case_names or _this_ one.',
  '[Bob]: hello there',
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

test.each([
  ['[a page](docs/guide) here', 'a page here'],
  ['A [wiki](https://en.wikipedia.org/wiki/Foo_(bar)) end', 'A wiki end'],
  ['[a](<https://x.org/a b>) and [b](b.md "its title")', 'a and b'],
  ['[![passing](badge.svg)](https://ci.org/x) build', 'passing build'],
  ['See [the docs][1].\n[1]: https://x.org', 'See the docs.'],
])('links of other kinds: %j', (text, expected) => {
  expect(said(text)).toEqual([expected]);
});

test('pauses as plays have them, and those that say no time', () => {
  const { parts, warnings } = parseMarkup(
    'A. (pause) B. [long pause] C. [pause for effect] D. (beat) E. [pause 99s] F.',
  );
  expect(parts.map(({ pauseSeconds }) => pauseSeconds)).toEqual([0, 0.5, 1, 0.5, 0.5, 10]);
  expect(warnings).toEqual([
    "'[pause for effect]' says no time such as 0.5s or 500ms: a pause of 0.5 s is in its place",
  ]);
});

test.each([
  ['Do <emphasis level="strong">this</emphasis> now.', ['Do this now.'], ['emphasis']],
  ['<p>First.</p><s>Second.</s>', ['First.', 'Second.'], []],
  ['<voice name="x">Hello</voice> you', ['Hello you'], ['voice']],
  ['Say <amazon:effect name="whispered">psst</amazon:effect>.', ['Say psst.'], ['amazon:effect']],
  ['This is <b>bold</b>,<br/>and so on.', ['This is bold,and so on.'], ['b', 'br']],
  ['<speak><audio src="x.mp3"><desc>a bell</desc>Ding.</audio></speak>', ['Ding.'], ['audio', 'desc']],
])('tags are not read out, with or without <speak>: %s', (text, expected, named) => {
  expect(said(text)).toEqual(expected);
  expect(parseMarkup(text).warnings.map((warning) => /^<([^>]+)>/.exec(warning)![1])).toEqual(named);
});

test('attributes may be anything', () => {
  const odd =
    '<speak><break strength="constructor"/>A<prosody rate="toString" pitch="constructor" volume="valueOf">B</prosody></speak>';
  const { parts, warnings } = parseMarkup(odd);
  expect(parts).toHaveLength(1);
  expect(parts[0]).toMatchObject({ text: 'AB', pauseSeconds: 0.4, manner: {} });
  expect(warnings).toHaveLength(3);
});

test('elements within elements add up as far as a voice can go', () => {
  const nested = (attributes: string) =>
    parseMarkup(`<prosody ${attributes}><prosody ${attributes}>So.</prosody></prosody>`).parts[0].manner;
  expect(nested('rate="400%"')).toEqual({ speed: 4 });
  expect(nested('pitch="+12st" volume="+20dB"')).toEqual({ pitchSemitones: 12, gainDecibels: 20 });
  const outer = parseMarkup('<lang xml:lang="zh">甲<lang xml:lang="">B</lang></lang>').parts;
  expect(outer.map(({ manner }) => manner.language)).toEqual(['zh', undefined]);
});

test('entities, comments, CDATA and a prologue', () => {
  const text =
    '<?xml version="1.0"?><!DOCTYPE speak [<!ENTITY x "y">]><speak>A &amp;&nbsp;B &#65;<!-- no --> <![CDATA[5 > 4]]> &lt;</speak>';
  expect(said(text)).toEqual(['A &      B A 5 > 4 <']);
  expect(said('<speak><phoneme alphabet="ipa" ph="ˈlɛd"/></speak>')).toEqual(['[ˈlɛd](L EH1 D)']);
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
