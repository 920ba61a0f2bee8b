import { checkRequirement, parseManifest } from './index';
import { VOICE_FORMAT } from './voice-manifest';

const requires = { '@gpt-talker/gpt': '0.10.2' };
const check =
  (version: string, name = '@gpt-talker/gpt') =>
  () =>
    checkRequirement({ requires }, name, version, 'anna/voice.json');

test.each(['0.10.2', '0.10.3', '0.11.0', '1.0.0', '0.10.2-next.1'])('%s speaks it', (version) => {
  expect(check(version)).not.toThrow();
});

test.each(['0.10.1', '0.9.9', '0.2.30'])('%s is too old', (version) => {
  expect(check(version)).toThrow(
    expect.objectContaining({
      name: 'VoiceFileError',
      code: 'version',
      message: `anna/voice.json: the voice needs @gpt-talker/gpt 0.10.2 or later, but this is ${version}; run npm install @gpt-talker/gpt@latest`,
    }),
  );
});

test('packages that it does not name may be of any version, and so may all where it names none', () => {
  expect(check('0.0.1', '@gpt-talker/vits')).not.toThrow();
  expect(check('0.0.1', 'constructor')).not.toThrow();
  expect(() => checkRequirement({}, '@gpt-talker/gpt', '0.0.1')).not.toThrow();
});

test('what is needed is known before the rest of the manifest is understood', () => {
  const later = {
    format: VOICE_FORMAT,
    version: 1,
    requires: { '@gpt-talker/voice': '999.0.0' },
    layout: 'of a kind to come',
  };
  expect(() => parseManifest(JSON.stringify(later))).toThrow(
    /^voice\.json: the voice needs @gpt-talker\/voice 999\.0\.0 or later/,
  );
  const odd = { ...later, requires: { '@gpt-talker/voice': 'the latest' } };
  expect(() => parseManifest(JSON.stringify(odd))).toThrow(expect.objectContaining({ code: 'manifest' }));
});
