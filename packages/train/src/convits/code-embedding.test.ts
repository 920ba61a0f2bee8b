import path from 'node:path';
import { randomForName } from '@gpt-talker/nn';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import { readVoiceConfig, voiceRecipesOf } from '../config';
import { CODE_EMBEDDING, startFromCodebook } from './code-embedding';
import { createConVits } from './model';

const CONFIG = path.resolve(__dirname, '../../../../configs/voice-tiny.yaml');

/** A second of a buzz that glides from one pitch to another, with some noise. */
function glide(from: number, to: number): { samples: Float32Array; sampleRate: number } {
  const random = randomForName(from, 'glide');
  let phase = 0;
  const samples = Float32Array.from({ length: 16000 }, (_, index) => {
    phase = (phase + (from + ((to - from) * index) / 16000) / 16000) % 1;
    return 0.5 * phase - 0.25 + 0.01 * random.normal();
  });
  return { samples, sampleRate: 16000 };
}

it('puts codes that sound alike next to each other', async () => {
  const encoder = await SpectralEncoder.fit([glide(100, 180), glide(170, 240), glide(220, 120)], { codes: 8 });
  const config = await readVoiceConfig(CONFIG);
  const { vits } = config;
  const sizes = { interChannels: 8, hiddenChannels: 8, filterChannels: 8, styleChannels: 8, codeWidth: 40 };
  const model = { ...vits.model, ...sizes, decoder: { ...vits.model.decoder, width: 8, blocks: 1 } };
  const withCodes = (codes: number) =>
    createConVits(voiceRecipesOf({ ...config, encoder: { ...config.encoder, codes }, vits: { ...vits, model } }).vits);
  const { store } = withCodes(8);
  startFromCodebook(store, encoder.toBytes());
  const { value, shape } = store.get(CODE_EMBEDDING);
  const values = value.dataSync() as Float32Array;
  const features = encoder.centroid(0).length;
  for (let code = 0; code < 8; code++)
    expect(values.slice(code * shape[1], code * shape[1] + features)).toEqual(encoder.centroid(code));
  // The rest stays random, but small.
  const rest = Array.from(values).filter((_, index) => index % shape[1] >= features);
  expect(Math.sqrt(rest.reduce((sum, number) => sum + number ** 2, 0) / rest.length)).toBeCloseTo(0.3, 1);

  expect(() => startFromCodebook(withCodes(16).store, encoder.toBytes())).toThrow('8 codes of');
});
