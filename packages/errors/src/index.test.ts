import type * as Errors from './index';
import { GptTalkerError, isGptTalkerError, isUserError, oneLine } from './index';

class MadeUpError extends GptTalkerError<'broken' | 'wrong'> {
  override readonly name = 'MadeUpError';
}

test('an error has its code, its name, one line and its cause', () => {
  const cause = new Error('below');
  const error = new MadeUpError('wrong', 'file.wav: is\n  no sound\r\n', { cause });
  expect(error).toMatchObject({ name: 'MadeUpError', code: 'wrong', message: 'file.wav: is no sound', cause });
  expect(String(error)).toBe('MadeUpError: file.wav: is no sound');
  expect(error).toBeInstanceOf(Error);
});

test('what a user can fix is distinguished from what the program did', () => {
  expect(isUserError(new MadeUpError('wrong', 'x'))).toBe(true);
  expect(isUserError(new MadeUpError('broken', 'x', { isUserError: false }))).toBe(false);
  expect(isGptTalkerError(new MadeUpError('broken', 'x', { isUserError: false }))).toBe(true);
});

test('errors of others are not ours', () => {
  for (const other of [new TypeError('x'), { code: 'wrong', isUserError: true }, undefined, null, 'x'])
    expect([isGptTalkerError(other), isUserError(other)]).toEqual([false, false]);
});

test('an error of another copy of the package is known', () => {
  let copy!: typeof Errors;
  jest.isolateModules(() => (copy = jest.requireActual<typeof Errors>('./index')));
  const error = new copy.GptTalkerError('wrong', 'x');
  expect(error).not.toBeInstanceOf(GptTalkerError);
  expect(isUserError(error)).toBe(true);
});

test('the marker is no field of the error', () => {
  expect(Reflect.ownKeys(new MadeUpError('wrong', 'x')).filter((key) => typeof key === 'symbol')).toEqual([]);
});

test('a message is one line', () => {
  expect(oneLine(' a \n\n b\r\nc ')).toBe('a b c');
});
