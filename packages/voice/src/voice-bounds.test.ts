// Each number of a voice.json set to each of twenty extremes, and to values around its bounds: refused as what it is, or small enough that
// what is sized by it has an end. `npm run reliability:voice` lets the voices that are not refused speak.
import fc from 'fast-check';
import { parseManifest, VoiceFileError, type VoiceManifest } from './index';
import { EXTREMES, numericFields, withField } from '../test/voice-extremes';

const sha256 = '0'.repeat(64);
const file = (path: string) => ({ path, bytes: 9, sha256 });
/** With every field that there can be. */
const whole = {
  format: 'gpt-talker-voice',
  version: 1,
  name: 'test',
  license: 'MIT',
  origin: 'a test',
  languages: ['en', 'zh'],
  sampleRate: 16000,
  hopSamples: 320,
  symbols: ['_', 'AA1', 'B'],
  text: { features: 'bert', featureWidth: 1024, bert: { file: 'bert', tokenizer: 'tokenizer', maximumPositions: 512 } },
  layout: {
    order: 'interleaved',
    textMask: 'causal',
    alignment: {
      durations: [1, 2.5, 3],
      edgeTokens: 4,
      freeTokens: 1.5,
      decayTokens: 1,
      following: { offset: -0.04, slope: 0.5 },
    },
    roles: true,
    historyTurns: 2,
    maxPositions: 4000,
  },
  semantic: { vocabulary: 1025, endOfSpeech: 1024, tokensPerSecond: 25 },
  gpt: { layers: 24, width: 512, heads: 16 },
  vits: {
    interChannels: 192,
    styleChannels: 512,
    spectrogram: { fftSize: 2048, windowSamples: 2048, hopSamples: 640, bins: 1025 },
    attentionWindow: 4,
    framesPerToken: 2,
    noiseScale: 0.5,
    contextTokens: 32,
  },
  sampling: {
    ...{ topK: 15, topP: 1, temperature: 1, repetitionPenalty: 1.35 },
    ...{ minimumTokens: 11, stutterTokens: 3, pace: 1 },
  },
  encoder: { kind: 'hubert', file: 'hubert', statistics: 'statistics', quantizer: 'quantizer', tailSeconds: 0.6 },
  files: Object.fromEntries(
    ['gpt', 'style', 'latent', 'decoder', 'bert', 'tokenizer', 'hubert', 'statistics', 'quantizer'].map((key) => [
      key,
      file(`${key}.onnx`),
    ]),
  ),
  references: [],
};

/** The manifest, or undefined where it is refused in one line that names the field. */
function parsed(manifest: unknown): VoiceManifest | undefined {
  try {
    return parseManifest(JSON.stringify(manifest), 'voice.json');
  } catch (error) {
    expect(error).toBeInstanceOf(VoiceFileError);
    expect((error as Error).message).toMatch(/^voice\.json: [^\n]{1,400}$/);
    return undefined;
  }
}

/** What is reserved or computed for one conversation, one second of sound encoded and one reply, as far as voice.json says. */
function cost({ layout, gpt, vits, sampling, hopSamples, text, semantic }: VoiceManifest) {
  const { fftSize, windowSamples, hopSamples: step, bins } = vits.spectrogram;
  return {
    cacheBytes: 8 * gpt.layers * gpt.width * layout.maxPositions,
    transformsEachSecond: (hopSamples * 50) / step,
    spectrumBytes: (4 * bins * hopSamples * 50) / step,
    windowShare: fftSize / windowSamples,
    noiseBytesEachSecond: 4 * vits.interChannels * 50,
    samplesEachToken: hopSamples * vits.framesPerToken,
    chunkTokens: 2 * vits.contextTokens,
    tokensAtLeast: sampling.minimumTokens,
    logits: semantic.vocabulary,
    featureBytes: 4 * text.featureWidth,
  };
}

test('what is whole is read', () => {
  expect(parsed(whole)).toBeDefined();
});

describe('each number at each of twenty extremes is refused, or costs what can be paid:', () => {
  const fields = numericFields(whole);

  test('all numbers are among the fields', () => {
    expect(EXTREMES).toHaveLength(20);
    expect(fields.length).toBeGreaterThan(45);
  });

  test.each(fields.map((field) => [field.join('.'), field] as const))('%s', (_name, field) => {
    for (const extreme of EXTREMES) {
      const manifest = parsed(withField(whole, field, extreme));
      if (!manifest) continue;
      const spent = cost(manifest);
      expect(spent.cacheBytes).toBeLessThanOrEqual(2 * 2 ** 30);
      expect(spent.transformsEachSecond).toBeLessThanOrEqual(12_000);
      expect(spent.spectrumBytes).toBeLessThanOrEqual(64 * 2 ** 20);
      expect(spent.samplesEachToken).toBeLessThanOrEqual(2 * 3840);
      expect(spent.noiseBytesEachSecond).toBeLessThanOrEqual(2 * 2 ** 20);
      expect(spent.chunkTokens).toBeLessThanOrEqual(1024);
      expect(spent.tokensAtLeast).toBeLessThanOrEqual(500);
      expect(spent.logits).toBeLessThanOrEqual(65_536);
      expect(spent.featureBytes).toBeLessThanOrEqual(32 * 1024);
    }
  });

  test('together too: several fields at once', () => {
    const change = fc.tuple(
      fc.constantFrom(...fields),
      fc.oneof(fc.constantFrom(...EXTREMES), fc.integer(), fc.double()),
    );
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const manifest = parsed(
          changes.reduce((made, [field, value]) => withField(made, field, value), whole as object),
        );
        if (manifest) expect(cost(manifest).cacheBytes).toBeLessThanOrEqual(2 * 2 ** 30);
      }),
      { numRuns: 2000, seed: 18 },
    );
  });
});

test.each<[string, (string | number)[], unknown, RegExp]>([
  ['heads that do not divide the width', ['gpt', 'heads'], 7, /gpt\.heads: must divide gpt\.width/],
  ['a step far shorter than the window', ['vits', 'spectrogram', 'hopSamples'], 16, /hopSamples: must be/],
  ['a window beyond the transform', ['vits', 'spectrogram', 'windowSamples'], 4096, /must not exceed fftSize/],
  ['bins that there are not', ['vits', 'spectrogram', 'bins'], 1026, /bins: must not exceed/],
  ['frames that are not two a token', ['vits', 'framesPerToken'], 3, /framesPerToken: must be 2/],
  ['a cache of three gigabytes', ['layout', 'maxPositions'], 32_768, /maxPositions: needs \d+ bytes/],
  ['durations of other symbols', ['symbols'], ['_', 'AA1'], /durations: must be one for each symbol/],
  ['an end of speech among the sounds', ['semantic', 'endOfSpeech'], 3, /endOfSpeech: must be the last/],
  ['a name that is half a character', ['name'], '\ud800', /name: must be text/],
])('%s', (_what, field, value, message) => {
  expect(() => parseManifest(JSON.stringify(withField(whole, field, value)), 'voice.json')).toThrow(message);
});
