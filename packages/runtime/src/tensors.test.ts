import { elementCount, float32, int32, int64 } from './tensors';

test('a tensor is one-dimensional by default', () => {
  expect(float32([1, 2, 3])).toEqual({ type: 'float32', data: Float32Array.of(1, 2, 3), dims: [3] });
  expect(int32([1, 2, 3, 4], [2, 2]).dims).toEqual([2, 2]);
  expect(int64([1, 2n]).data).toEqual(BigInt64Array.of(1n, 2n));
});

test('typed arrays are used as they are', () => {
  const data = new Float32Array(6);
  expect(float32(data, [2, 3]).data).toBe(data);
});

test('a shape that does not fit the data is refused', () => {
  expect(() => float32([1, 2, 3], [2, 2])).toThrow('a tensor of shape [2,2] has 4 values, but 3 were given');
});

test('a scalar has one element', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([2, 0, 3])).toBe(0);
});
