import { checkConVitsConfig, hopSamplesOf, PUBLISHED_CONVITS, type ConVitsConfig } from './config';
import { ConVitsConfigError } from './errors';
import { configFromUpstream } from './upstream-config';

/** The sections of upstream's configs/s2.json that describe the model. */
const S2 = {
  data: { sampling_rate: 32000, filter_length: 2048, hop_length: 640, win_length: 2048 },
  model: {
    inter_channels: 192,
    hidden_channels: 192,
    filter_channels: 768,
    n_heads: 2,
    n_layers: 6,
    kernel_size: 3,
    p_dropout: 0.1,
    resblock: '1',
    resblock_kernel_sizes: [3, 7, 11],
    resblock_dilation_sizes: [
      [1, 3, 5],
      [1, 3, 5],
      [1, 3, 5],
    ],
    upsample_rates: [10, 8, 2, 2, 2],
    upsample_initial_channel: 512,
    upsample_kernel_sizes: [16, 16, 8, 2, 2],
    gin_channels: 512,
  },
};

test("upstream's configuration is the published size", () => {
  expect(configFromUpstream(S2)).toEqual(PUBLISHED_CONVITS);
  expect(hopSamplesOf(configFromUpstream(S2).decoder)).toBe(S2.data.hop_length);
});

test.each<[string, unknown]>([
  ["section 'model' is missing", { data: S2.data }],
  ["'n_heads' is missing", { ...S2, model: { ...S2.model, n_heads: undefined } }],
  ["'n_heads' is not a number", { ...S2, model: { ...S2.model, n_heads: '2' } }],
  ["'upsample_rates' is not a list of numbers", { ...S2, model: { ...S2.model, upsample_rates: 10 } }],
  ["'resblock_dilation_sizes' is not a list of lists", { ...S2, model: { ...S2.model, resblock_dilation_sizes: [1] } }],
])('%s: refused', (message, config) => {
  expect(() => configFromUpstream(config)).toThrow(ConVitsConfigError);
  expect(() => configFromUpstream(config)).toThrow(message);
});

const istft = { kind: 'istft', width: 8, blocks: 1, expansion: 2, kernel: 7, fftSize: 1024, hopSamples: 320 } as const;

test.each<[string, Partial<ConVitsConfig>]>([
  ['interChannels 3 must be even', { interChannels: 3 }],
  ['hiddenChannels 192 must be a multiple of heads 5', { heads: 5 }],
  ['styleChannels 510', { styleChannels: 510 }],
  ['styleEncoder.hiddenChannels', { styleEncoder: { hiddenChannels: 7, kernel: 5, heads: 2 } }],
  ['flow.kernel 4 must be odd', { flow: { couplings: 1, kernel: 4, layers: 1 } }],
  ['decoder.fftSize 512 must be at least twice', { decoder: { ...istft, fftSize: 512 } }],
  ['decoder.kernel 6 must be odd', { decoder: { ...istft, kernel: 6 } }],
  ['fftSize − decoder.hopSamples must be even', { decoder: { ...istft, hopSamples: 321 } }],
])('sizes that cannot go together are refused: %s', (message, change) => {
  expect(() => checkConVitsConfig({ ...PUBLISHED_CONVITS, ...change })).toThrow(message);
});
