import { concatenateBytes, concatenateFloats } from './concatenate';

test('parts come one behind the other, in a new array', () => {
  const parts = [Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)];
  expect(concatenateFloats(parts)).toEqual(Float32Array.of(1, 2, 3));
  expect(concatenateBytes([Uint8Array.of(1), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
  expect(concatenateFloats([])).toEqual(new Float32Array(0));
  const alone = concatenateFloats([parts[0]]);
  alone[0] = 9;
  expect(parts[0][0]).toBe(1);
});
