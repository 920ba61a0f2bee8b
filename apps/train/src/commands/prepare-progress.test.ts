import type { Progress } from '@gpt-talker/dataset';
import { ProgressLine, progressText } from './prepare-progress';

const progress: Progress = {
  step: 'audio',
  number: 3,
  steps: 5,
  turns: 1200,
  totalTurns: 20_000,
  seconds: 4680,
  recognised: 0,
  elapsedSeconds: 60,
  remainingSeconds: 129.2,
};

test('one line says the step, turns, sound and the time to go', () => {
  expect(progressText(progress)).toBe('3/5 audio  1200 of 20000 turns  1.30 h of sound  2:10 to go');
  expect(progressText({ ...progress, totalTurns: undefined, seconds: 90, remainingSeconds: undefined })).toBe(
    '3/5 audio  1200 turns  1.5 min of sound',
  );
  expect(progressText({ ...progress, recognised: 7, remainingSeconds: 7322 })).toContain(
    '7 done before  2:02:02 to go',
  );
});

test('on a terminal the line is redrawn over itself, in a log it comes now and then', () => {
  const write = (isTTY: boolean) => {
    const written: string[] = [];
    const stream = { isTTY, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
    const line = new ProgressLine(stream);
    line.show(progress);
    line.show({ ...progress, turns: 1201 }); // too soon after the first
    line.show({ ...progress, step: 'tokens', number: 4, turns: 1 });
    line.end();
    return written;
  };
  expect(write(true).map((text) => text[0])).toEqual(['\r', '\r', '\n']);
  expect(write(false)).toHaveLength(2);
});
