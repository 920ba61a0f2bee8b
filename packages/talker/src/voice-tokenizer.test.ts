import type { Audio } from '@gpt-talker/audio';
import { SYMBOLS, type SpeechEncoder, type TextSpan } from '@gpt-talker/tokenizer';
import { VoiceTokenizer } from './voice-tokenizer';

const WIDTH = 3;
const encoder: SpeechEncoder = {
  vocabulary: 5,
  encode: ({ samples }: Audio) => Promise.resolve(new Int32Array(samples.length)),
};
const manifest = {
  name: 'test',
  languages: ['en' as const],
  symbols: [...SYMBOLS],
  text: { features: 'bert' as const, featureWidth: WIDTH },
};

test('texts come with the vectors of what was read', async () => {
  const asked: (readonly TextSpan[])[] = [];
  const textFeatures = {
    features: (stretches: readonly TextSpan[]) => {
      asked.push(stretches);
      return Promise.resolve(new Float32Array(WIDTH).fill(1));
    },
  };
  const tokenizer = new VoiceTokenizer(manifest, encoder, textFeatures);
  const { phonemes, features } = await tokenizer.text('Hello, world.');
  expect(features).toEqual(Float32Array.of(1, 1, 1));
  expect(asked).toHaveLength(1);
  expect(asked[0].map(({ language }) => language)).toEqual(['en']);
  const counted = asked[0].flatMap(({ word2ph }) => word2ph).reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(phonemes.length);
});

test('a voice of two languages detects which of them a text is in', async () => {
  const asked: string[][] = [];
  const textFeatures = {
    features: (stretches: readonly TextSpan[]) => {
      asked.push(stretches.map(({ language, text }) => `${language}: ${text}`));
      return Promise.resolve(undefined);
    },
  };
  const tokenizer = new VoiceTokenizer({ ...manifest, languages: ['zh', 'en'] }, encoder, textFeatures);
  for (const text of ['今天，好吗？', 'Hello.', '我用 iPhone 拍。']) await tokenizer.text(text);
  expect(asked).toEqual([['zh: 今天,好吗?'], ['en: Hello.'], ['zh: 我用', 'en: iPhone', 'zh: 拍.']]);
  await expect(tokenizer.text('Hello', 'ja')).rejects.toThrow("voice 'test' speaks zh, en, not 'ja'");
});

test('a voice without text features has none', async () => {
  const tokenizer = new VoiceTokenizer({ ...manifest, text: { features: 'none', featureWidth: 0 } }, encoder);
  expect((await tokenizer.text('Hello.')).features).toBeUndefined();
  expect(await tokenizer.speech({ samples: new Float32Array(4), sampleRate: 16_000 })).toHaveLength(4);
});

test('languages and symbols that the voice does not have are refused', async () => {
  const tokenizer = new VoiceTokenizer({ ...manifest, symbols: ['HH'] }, encoder);
  await expect(tokenizer.text('Hello', 'zh')).rejects.toMatchObject({ code: 'language' });
  await expect(tokenizer.text('Hello')).rejects.toThrow("voice 'test' has no symbol");
});
