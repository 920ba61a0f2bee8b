// Checkpoints that the reference implementation saved are read whole: nothing missing, nothing left over. PARITY_DIR may name their
// folder; they are too large to be copied here.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readStageOne } from './stage-one';
import { readStageTwo } from './stage-two';
import { readUpstreamCheckpoint } from './upstream-checkpoint';

const FOLDER = process.env.PARITY_DIR ?? path.resolve(__dirname, '../../../../../../shared/fixtures/parity');

function testWith(file: string, name: string, run: (file: string) => Promise<void>): void {
  const found = path.join(FOLDER, file);
  if (existsSync(found)) test(name, () => run(found), 300_000);
  else test.skip(`${name} (${file} is not here: set PARITY_DIR)`, () => undefined);
}

for (const file of ['congpt-small.ckpt', 'congpt-small.half.legacy.ckpt'])
  testWith(file, `a first stage: ${file}`, async (found) => {
    const { config, topK, unexpected, store } = await readStageOne(found, { features: true });
    expect(unexpected).toEqual([]);
    const { model, inference } = (await readUpstreamCheckpoint(found)).config as Record<string, Record<string, number>>;
    expect(topK).toBe(inference?.top_k ?? 5);
    expect(config).toMatchObject({ layers: model.n_layer, width: model.hidden_dim, heads: model.head });
    expect(config.semanticVocabulary).toBe(model.vocab_size);
    store.dispose();
  });

/** A file of 33 MB takes a while to check and convert on a busy machine: read by `npm run test:parity`. */
const slow =
  process.env.PARITY_SLOW || process.env.PARITY_DIR
    ? testWith
    : (_: string, name: string) => test.skip(`${name} (slow: set PARITY_SLOW=1)`, () => undefined);

slow('convits-small-G.pth', 'a second stage', async (found) => {
  const { config, sampleRate, spectrogram, unexpected, store } = await readStageTwo(found);
  expect(unexpected).toEqual([]);
  const { data } = (await readUpstreamCheckpoint(found)).config as Record<string, Record<string, number>>;
  expect(sampleRate).toBe(data.sampling_rate);
  const { filter_length: fftSize, win_length: windowSamples, hop_length: hopSamples } = data;
  expect(spectrogram).toEqual({ fftSize, windowSamples, hopSamples, bins: fftSize / 2 + 1 });
  expect(config.quantizer.kind).toBe('ssl');
  store.dispose();
});

testWith('hparams-config.pth', 'a configuration that is an object of upstream’s class', async (found) => {
  const { config } = await readUpstreamCheckpoint(found);
  expect(config).toMatchObject({ data: { sampling_rate: 32_000 }, model: { gin_channels: expect.any(Number) } });
});

const V2_FOLDER = process.env.PARITY_V2_DIR ?? path.resolve(FOLDER, '../parity-v2');
const v2With = (file: string, name: string, run: (file: string) => Promise<void>) => {
  const found = path.join(V2_FOLDER, file);
  if (existsSync(found)) test(name, () => run(found), 300_000);
  else test.skip(`${name} (${file} is not here: set PARITY_V2_DIR)`, () => undefined);
};

v2With('congpt-v2-small.ckpt', 'a first stage of v2', async (found) => {
  const { config, symbols, unexpected, store } = await readStageOne(found, { features: true });
  expect(unexpected).toEqual([]);
  expect(symbols).toHaveLength(732);
  const { model } = (await readUpstreamCheckpoint(found)).config as Record<string, Record<string, number>>;
  expect(config).toMatchObject({ layers: model.n_layer, width: model.hidden_dim, phonemeVocabulary: 732 });
  store.dispose();
});
