// The fixture model and its numbers, made by running the reference implementation (PyTorch); PARITY_DIR may name another folder
// of the same files.
import fs from 'node:fs';
import path from 'node:path';
import type { Segment } from '@gpt-talker/context';
import { ParameterStore } from '@gpt-talker/nn';
import { readSafetensors, readTorch, stateDict, type ArrayTensor, type CheckpointDict } from '@gpt-talker/checkpoint';
import { ConGpt, configFromUpstream, type ConGptConfig, type UpstreamModelConfig } from '../src/model';

const FOLDER = process.env.PARITY_DIR ?? path.join(__dirname, 'fixtures');

export interface ParityModel {
  store: ParameterStore;
  model: ConGpt;
  config: ConGptConfig;
  /** T0 A0 T1 A1 T2 A2 */
  segments: Segment[];
  /** The reference's outputs by name. */
  expected: Map<string, ArrayTensor>;
}

/** @param file the checkpoint, where it is not v1's own; its numbers are v1's in any case */
export function loadParityModel(file?: string): ParityModel {
  const read = (name: string) => fs.readFileSync(path.join(FOLDER, name));
  const checkpoint = readTorch(
    file === undefined ? read('congpt-small.ckpt') : fs.readFileSync(file),
    file ?? 'congpt-small.ckpt',
  );
  const { config: upstream } = checkpoint.value as { config: CheckpointDict };
  const config = configFromUpstream(upstream.model as unknown as UpstreamModelConfig, { roles: false });
  const store = new ParameterStore({ initialize: false });
  const model = new ConGpt(store.scope('model'), config);
  store.load(stateDict(checkpoint, 'weight'));

  const expected = readSafetensors(read('congpt-small.io.safetensors')).tensors;
  const segments = [0, 1, 2].flatMap((turn): Segment[] => [
    {
      kind: 'text',
      role: 'user',
      phonemes: Int32Array.from(expected.get(`phonemes.${turn}`)!.data),
      features: transposed(expected.get(`bert.${turn}`)!),
    },
    { kind: 'speech', role: 'user', tokens: Int32Array.from(expected.get(`semantic.${turn}`)!.data) },
  ]);
  return { store, model, config, segments, expected };
}

const V2_FOLDER = process.env.PARITY_V2_DIR ?? path.resolve(__dirname, '../../../../shared/fixtures/parity-v2');

/** Path of a fixture of the later versions, where it is here: PARITY_V2_DIR, else the folder beside the repository. */
export function parityV2File(name: string): string | undefined {
  const file = path.join(V2_FOLDER, name);
  return fs.existsSync(file) ? file : undefined;
}

/** `[1, channels, time]` → rows of `[time, channels]` */
function transposed({ shape: [, channels, time], data }: ArrayTensor): Float32Array {
  return Float32Array.from(
    { length: channels * time },
    (_, index) => data[(index % channels) * time + Math.floor(index / channels)],
  );
}

/** The largest difference between values and the reference's; a different number of values is an error. */
export function largestDifference(actual: ArrayLike<number>, reference: ArrayTensor): number {
  if (actual.length !== reference.data.length)
    throw new Error(`${actual.length} values, the reference has ${reference.data.length}`);
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index] - reference.data[index]);
    if (!(difference <= largest)) largest = difference; // NaN counts as a difference
  }
  return largest;
}
