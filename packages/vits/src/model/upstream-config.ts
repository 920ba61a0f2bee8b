// Reads the sizes of ConVITS from the `config` of an upstream stage-2 checkpoint (or configs/s2.json): plain data in, our config out.
import { PUBLISHED_CONVITS, type ConVitsConfig } from './config';
import { ConVitsConfigError } from './errors';

/**
 * Upstream's configuration (`data` and `model` sections, as plain nested data) → `ConVitsConfig`. What upstream fixes in code
 * (style encoder, posterior, flow, quantiser) is taken from `PUBLISHED_CONVITS`. @throws ConVitsConfigError naming what is missing
 */
export function configFromUpstream(config: unknown): ConVitsConfig {
  const model = section(config, 'model');
  const data = section(config, 'data');
  const number = (from: Record<string, unknown>, name: string): number => {
    const value = from[name];
    if (typeof value !== 'number')
      throw new ConVitsConfigError(`'${name}' is ${value === undefined ? 'missing' : 'not a number'}`);
    return value;
  };
  const numbers = (name: string): number[] => {
    const value = model[name];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'number'))
      throw new ConVitsConfigError(`'${name}' is not a list of numbers`);
    return value;
  };
  const dilations = model.resblock_dilation_sizes;
  if (!Array.isArray(dilations) || !dilations.every((row) => Array.isArray(row)))
    throw new ConVitsConfigError("'resblock_dilation_sizes' is not a list of lists");
  const layers = number(model, 'n_layers');
  return {
    ...PUBLISHED_CONVITS,
    spectrogramBins: number(data, 'filter_length') / 2 + 1,
    interChannels: number(model, 'inter_channels'),
    hiddenChannels: number(model, 'hidden_channels'),
    filterChannels: number(model, 'filter_channels'),
    heads: number(model, 'n_heads'),
    textLayers: layers,
    speechLayers: Math.floor(layers / 2),
    kernel: number(model, 'kernel_size'),
    dropout: number(model, 'p_dropout'),
    styleChannels: number(model, 'gin_channels'),
    decoder: {
      kind: 'hifigan',
      initialChannels: number(model, 'upsample_initial_channel'),
      upsampleRates: numbers('upsample_rates'),
      upsampleKernels: numbers('upsample_kernel_sizes'),
      residualBlock: model.resblock === '2' ? '2' : '1',
      residualKernels: numbers('resblock_kernel_sizes'),
      residualDilations: dilations as number[][],
    },
  };
}

function section(config: unknown, name: string): Record<string, unknown> {
  const value = typeof config === 'object' && config !== null ? (config as Record<string, unknown>)[name] : undefined;
  if (typeof value !== 'object' || value === null) throw new ConVitsConfigError(`section '${name}' is missing`);
  return value as Record<string, unknown>;
}
