import type { Progress } from '@gpt-talker/talker';
import { Narrator } from './narrator';

const story: Progress[] = [
  { stage: 'loading', done: 0, total: 2 },
  { stage: 'loading', done: 1, total: 2 },
  { stage: 'reading', done: 0, total: 1 },
  { stage: 'reading', done: 1, total: 1 },
  { stage: 'speaking', seconds: 0.04 },
  { stage: 'speaking', seconds: 1 },
  { stage: 'synthesising', seconds: 1 },
];

function told(isTTY: boolean): string {
  let text = '';
  const narrator = new Narrator({ isTTY, write: (part) => (text += part) });
  for (const progress of story) narrator.report(progress);
  narrator.conclude('done');
  return text;
}

test('a file gets one line a stage', () => {
  expect(told(false)).toBe('Loading the voice …\nReading the history: 1 turn …\nSpeaking …\ndone\n');
});

test('a terminal shows how far it is', () => {
  const lines = told(true)
    .split('\n')
    .map((line) => line.split('\r\u001b[2K'));
  expect(lines).toEqual([
    ['Loading the voice (0 of 2) …', 'Loading the voice (1 of 2) …'],
    ['Reading the history: turn 1 of 1 …', 'Reading the history: turn 1 of 1 …'],
    ['Speaking: 0.0 s …', 'Speaking: 1.0 s …', 'Speaking: 1.0 s …'],
    ['done'],
    [''],
  ]);
});
