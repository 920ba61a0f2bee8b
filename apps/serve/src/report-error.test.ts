import { RuntimeError } from '@gpt-talker/runtime';
import { VoiceFileError } from '@gpt-talker/voice';
import { UsageError, reportError } from './report-error';

function reported(error: unknown): { code: number; text: string } {
  let text = '';
  const code = reportError(error, (part) => (text += part));
  return { code, text };
}

afterEach(() => {
  delete process.env.GPT_TALKER_DEBUG;
});

test('what was given wrongly is said as it is', () => {
  expect(reported(new UsageError('--seed: bad'))).toEqual({ code: 2, text: 'gpt-talker: --seed: bad\n' });
  expect(reported(new VoiceFileError('missing', 'v: gone')).code).toBe(2);
  expect(reported(new RuntimeError('execution-provider', 'no cuda')).code).toBe(2);
});

test('a failure of the program is called so', () => {
  const text = 'gpt-talker: internal error: a b; set GPT_TALKER_DEBUG=1 to see where\n';
  expect(reported(new TypeError('a\n  b'))).toEqual({ code: 1, text });
  expect(reported(new RuntimeError('run', 'a b'))).toEqual({ code: 1, text });
  expect(reported('a b')).toEqual({ code: 1, text });
});

test('the system’s limit of files is said in one line, whatever it kept from being done', () => {
  const limit = Object.assign(new Error("EMFILE: too many open files, open '/x'"), { code: 'EMFILE' });
  for (const error of [limit, new VoiceFileError('unreadable', 'v: cannot be read', { cause: limit })])
    expect(reported(error)).toEqual({
      code: 2,
      text: expect.stringMatching(/^gpt-talker: too many files .*ulimit -n 1024`\n$/),
    });
});

test('an interruption is neither', () => {
  const controller = new AbortController();
  controller.abort();
  expect(reported(controller.signal.reason)).toEqual({ code: 130, text: 'gpt-talker: interrupted\n' });
});

test('the stack is there for those who ask', () => {
  process.env.GPT_TALKER_DEBUG = '1';
  expect(reported(new UsageError('x')).text).toMatch(/^gpt-talker: x\nUsageError: x\n\s+at /);
});
