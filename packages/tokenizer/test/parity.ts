// The fixture models and their numbers, made by running the reference implementation (`transformers`, PyTorch); PARITY_DIR may name
// another folder of the same files.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readSafetensors, type ArrayTensor } from '@gpt-talker/nn/checkpoint';

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
