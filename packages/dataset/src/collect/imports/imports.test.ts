// Speakers and texts that other tools made: RTTM, SubRip and JSON.
import { parseJsonTranscript } from './json-transcript';
import { parseRttm } from './rttm';
import { parseSrt } from './srt';

const lines = (...all: string[]) => all.join('\n');

test('RTTM: speakers by recording; other lines are passed over', () => {
  const text = lines(
    ';; made by hand',
    'SPKR-INFO show <NA> <NA> <NA> unknown anna <NA> <NA>',
    'SPEAKER show 1 0.50 2.25 <NA> <NA> anna <NA> <NA>',
    'SPEAKER other 1 0 1 <NA> <NA> carl <NA> <NA>',
    'SPEAKER show 1 3 1.5 <NA> <NA> ben <NA>',
    '',
  );
  const spans = parseRttm(text, 'x.rttm');
  expect(spans.get('show')).toEqual([
    { startSeconds: 0.5, endSeconds: 2.75, speaker: 'anna' },
    { startSeconds: 3, endSeconds: 4.5, speaker: 'ben' },
  ]);
  expect(spans.get('other')).toHaveLength(1);
  expect(() => parseRttm('SPEAKER show 1 soon 2 <NA> <NA> anna', 'x.rttm')).toThrow(
    /x\.rttm:1: not 'SPEAKER recording/,
  );
  expect(() => parseRttm('\nSPEAKER show 1 0 2', 'x.rttm')).toThrow(/x\.rttm:2/);
  for (const times of ['Infinity 2', '0 Infinity', '1e999 1', '0 1e300', 'NaN 1', '-1 2', '0 -0.5', '0 0x1p9'])
    expect(() => parseRttm(`SPEAKER show 1 ${times} <NA> <NA> anna`, 'x.rttm')).toThrow(
      /x\.rttm:1: .* times in seconds/,
    );
});

test('SubRip: tags, sounds and names go; two speakers of one cue share its time', () => {
  const text = lines(
    '\ufeff1',
    '00:00:01,000 --> 00:00:02,500',
    '<i>I was',
    'thinking.</i>',
    '',
    '2',
    '00:01:00.5 --> 00:01:02.5 X1:0',
    '- ANNA: Yes.',
    '- [laughs] Noo!',
    '',
    '3',
    '01:00:00,000 --> 01:00:01,000',
    '♪ (music) ♪',
    '',
    '4',
    '01:00:02,000 --> 01:00:03,000',
    '{\\an8}我知道（笑）。',
  );
  expect(parseSrt(text.replace(/\n/g, '\r\n'), 'x.srt')).toEqual([
    { startSeconds: 1, endSeconds: 2.5, text: 'I was thinking.' },
    { startSeconds: 60.5, endSeconds: 61.5, text: 'Yes.' },
    { startSeconds: 61.5, endSeconds: 62.5, text: 'Noo!' },
    { startSeconds: 3602, endSeconds: 3603, text: '我知道。' },
  ]);
  expect(() => parseSrt('WEBVTT', 'x.srt')).toThrow(/x\.srt: no cue/);
});

test('SubRip: signs without a partner stay, and cost no more than others', () => {
  const cue = (text: string) => `00:00:01,000 --> 00:00:02,000\n${text}`;
  expect(parseSrt(cue('a < b [c (d'), 'x.srt')).toMatchObject([{ text: 'a < b [c (d' }]);
  expect(parseSrt(cue('one < two [sigh] > three'), 'x.srt')).toMatchObject([{ text: 'one  three' }]);
  // As long as it takes for a million letters, and not for a million million.
  for (const sign of '<[({（【') expect(parseSrt(cue(`x${sign.repeat(1e6)}`), 'x.srt')[0].text).toHaveLength(1e6 + 1);
});

test('JSON: segments as Whisper and WhisperX write them', () => {
  const segments = [
    { id: 0, start: 0, end: 1.5, text: ' Hello.', speaker: 'SPEAKER_00', words: [] },
    { start: 2, end: 3, text: 'Hi!', speaker: null },
  ];
  const expected = [
    { startSeconds: 0, endSeconds: 1.5, text: 'Hello.', speaker: 'SPEAKER_00' },
    { startSeconds: 2, endSeconds: 3, text: 'Hi!' },
  ];
  expect(parseJsonTranscript(JSON.stringify({ text: '…', segments }), 'x.json')).toEqual(expected);
  expect(parseJsonTranscript(JSON.stringify(segments), 'x.json')).toEqual(expected);
  expect(() => parseJsonTranscript('{"words": []}', 'x.json')).toThrow(/x\.json: not a list of segments/);
  expect(() => parseJsonTranscript('{', 'x.json')).toThrow(/x\.json: not JSON/);
});
