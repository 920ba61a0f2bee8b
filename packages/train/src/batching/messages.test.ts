import { AudioFileError } from '@gpt-talker/audio';
import { DatasetError } from '@gpt-talker/dataset';
import { isGptTalkerError, isUserError } from '@gpt-talker/errors';
import { RuntimeError } from '@gpt-talker/runtime';
import { errorOf, failureOf } from './messages';

const crossed = (error: unknown) => errorOf(structuredClone(failureOf(error)));

test('whose fault an error is crosses with it, whichever package threw it', () => {
  const file = crossed(new AudioFileError('not-found', 'a.wav: no such file'));
  expect(file).toMatchObject({ name: 'AudioFileError', code: 'not-found', message: 'a.wav: no such file' });
  expect(isUserError(file)).toBe(true);
  const run = crossed(new RuntimeError('run', 'failed'));
  expect([isGptTalkerError(run), isUserError(run)]).toEqual([true, false]);
  expect(crossed(new DatasetError('prepared', 'x'))).toBeInstanceOf(DatasetError);
});

test('the errors of others stay what they were', () => {
  const other = crossed(new RangeError('no such shape'));
  expect(other).toMatchObject({ name: 'RangeError', message: 'no such shape' });
  expect(isGptTalkerError(other)).toBe(false);
  expect(crossed('text')).toMatchObject({ name: 'Error', message: 'text' });
});
