import { loadTrain } from './load-train';

afterEach(() => jest.dontMock('@gpt-talker/train/export'));

const failing = (code: string) =>
  jest.doMock('@gpt-talker/train/export', () => {
    throw Object.assign(new Error('no such module'), { code });
  });

test.each(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'])(
  '%s: what to install is said, as a mistake of usage',
  async (code) => {
    failing(code);
    await expect(loadTrain('voice import')).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(
        /^voice import needs @gpt-talker\/train beside gpt-talker; npm install @gpt-talker\/train/,
      ),
    });
  },
);

test('what goes wrong inside it is not taken for its absence', async () => {
  failing('ERR_DLOPEN_FAILED');
  await expect(loadTrain('voice import')).rejects.toMatchObject({ code: 'ERR_DLOPEN_FAILED' });
});
