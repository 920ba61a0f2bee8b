// gpt-talker phonemes, as a user runs it: the built program in a fresh process.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runNode } from './run-program';

const program = path.resolve(__dirname, '../dist/cli.js');
let work: string;
beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'phonemes-'));
});
afterAll(() => rm(work, { recursive: true }));

const phonemes = (...args: string[]) => runNode([program, 'phonemes', ...args], { cwd: work });

test('reads English, Chinese and both mixed', async () => {
  const [english, chinese, mixed] = await Promise.all([
    phonemes('Dr. Li read 3 books.'),
    phonemes('一共¥3，不贵', '--language', 'zh'),
    phonemes('我用 iPhone 15 拍的 video', '--explain'),
  ]);
  expect(english).toMatchObject({ code: 0, stderr: '' });
  expect(english.stdout).toMatch(/^doctor Li read three books\.\nD AA1 K T ER0 L IY1 /);
  expect(chinese).toMatchObject({
    code: 0,
    stderr: '',
    stdout: '一共三元,不贵\ny i2 g ong4 s an1 y van2 , b u2 g ui4\n',
  });
  expect(mixed).toMatchObject({ code: 0, stderr: '' });
  const lines = mixed.stdout.split('\n');
  expect(lines[0]).toBe('我用 iPhone 十五拍的 video');
  expect(lines[1]).toBe('w o3 y ong4 AY1 F OW2 N sh ir2 w u3 p ai1 d e5 V IH1 D IY0 OW0');
  expect(lines).toContain('15      number  十: sh ir2 (pinyin-pro)');
});

test('a lexicon and markup override; JSON says everything', async () => {
  await writeFile(path.join(work, 'own.txt'), '行长 hang2 zhang3 # a banker\nGIF JH IH1 F\n');
  const { code, stdout } = await phonemes('行长的GIF，[重](chong2)', '--lexicon', 'own.txt', '--json', '--explain');
  expect(code).toBe(0);
  const told = JSON.parse(stdout) as { phonemes: string[]; ids: number[]; pieces: { rule: string }[] };
  expect(told.phonemes.join(' ')).toBe('h ang2 zh ang3 d e5 JH IH1 F , ch ong2');
  expect(told.ids).toHaveLength(told.phonemes.length);
  expect(told.pieces.map((piece) => piece.rule)).toEqual(['lexicon', 'word', 'initialism', 'punctuation', 'markup']);
});

test('what cannot be read is left out with a warning', async () => {
  expect(await phonemes('好😀')).toMatchObject({
    code: 0,
    stdout: '好\nh ao3\n',
    stderr: "warning: no reading for '😀' (U+1F600): left out\n",
  });
});

test.each([
  ['an empty text', [''], /the text is empty/],
  ['nothing to say', ['😀'], /nothing in '😀' can be read aloud/],
  ['an unknown language', ['你好', '--language', 'xx'], /language 'xx' has no front end; use one of en, zh, yue, auto/],
  ['a lexicon that is not there', ['你好', '--lexicon', 'none.txt'], /lexicon 'none.txt' does not exist/],
  [
    'a lexicon that is none',
    ['你好', '--lexicon', path.resolve(__dirname, '../package.json')],
    /line 1: '\{' is no word/,
  ],
  ['no text', [], /missing required argument 'text'/],
])('%s is one line on stderr and exit code 2', async (_, args, message) => {
  const { code, stdout, stderr } = await phonemes(...args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^gpt-talker: [^\n]+\n$/);
  expect(stderr).toMatch(message);
});
