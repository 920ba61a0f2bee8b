// The fixture models and their numbers, made by running the reference implementation (`transformers`, PyTorch); PARITY_DIR may name
// another folder of the same files.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';

export const PARITY_FOLDER = process.env.PARITY_DIR ?? path.join(__dirname, 'fixtures');

export function parityNumbers(model: string): Map<string, ArrayTensor> {
  return readSafetensors(readFileSync(path.join(PARITY_FOLDER, model, 'io.safetensors'))).tensors;
}

/** The largest difference; another number of values is an error. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) throw new Error(`there are ${actual.length} values, not ${expected.length}`);
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    const difference = Math.abs(actual[index] - expected[index]);
    if (!(difference <= largest)) largest = difference; // NaN counts as a difference
  }
  return largest;
}

const V2_FOLDERS = process.env.PARITY_V2_DIR
  ? [process.env.PARITY_V2_DIR]
  : [path.resolve(__dirname, '../../../../shared/fixtures/parity-v2')];

/** Path of a fixture of the later versions, where it is here: PARITY_V2_DIR, else the folder beside the repository. */
export function parityV2File(name: string): string | undefined {
  return V2_FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

export function parityV2Numbers(name: string): Map<string, { data: Float32Array; shape: number[] }> {
  const { tensors } = readSafetensors(readFileSync(parityV2File(name)!));
  return new Map(
    [...tensors].map(([key, { data, shape }]) => [key, { data: Float32Array.from(data), shape: [...shape] }]),
  );
}
