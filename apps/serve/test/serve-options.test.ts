// Options that would leave a service open, or do harm, are mistakes in the command line.
import { serveCommand } from '../src/commands/serve';

const run = (...words: string[]) =>
  serveCommand()
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .parseAsync(words, { from: 'user' });
afterEach(() => {
  delete process.env.GPT_TALKER_API_KEYS;
});

test.each(['', ' ', 'two words', 'käse', 'a\tb'])('--api-key %j', async (key) => {
  await expect(run('--api-key', key)).rejects.toThrow(/--api-key .* is invalid\. Give at least one letter/);
});

test.each(['', ' ', ',', 'first,', ',second', 'first,,second', 'two words'])(
  'keys in the environment: %j',
  async (keys) => {
    process.env.GPT_TALKER_API_KEYS = keys;
    await expect(run()).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(/^GPT_TALKER_API_KEYS: .*; unset it for a service without keys$/),
    });
  },
);

test.each([
  ['--worker-timeout', '2'],
  ['--worker-timeout', 'soon'],
  ['--write-timeout', '0'],
  ['--unsent-size', '0'],
])('%s %s', async (option, value) => {
  await expect(run(option, value)).rejects.toThrow(/is invalid/);
});
