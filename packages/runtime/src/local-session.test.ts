import { doublingModel } from '../test/onnx-bytes';
import { float32, openLocalSession } from './index';

test('runs in the calling thread', async () => {
  const session = await openLocalSession(doublingModel());
  expect(session.inputs[0]).toEqual({ name: 'x', type: 'float32', dims: ['N'] });
  expect(await session.run({ x: float32([1, 2]) })).toEqual({ y: float32([2, 4]) });
  await session.dispose();
});

test('writes into tensors that the caller keeps', async () => {
  const session = await openLocalSession(doublingModel());
  const buffers = [float32([1, 2]), float32([0, 0])];
  for (let step = 0; step < 3; step++) {
    const [x, y] = step % 2 === 0 ? buffers : [buffers[1], buffers[0]];
    expect((await session.run({ x }, { into: { y } })).y).toBe(y);
  }
  expect(buffers[1].data).toEqual(Float32Array.of(8, 16));
  await expect(session.run({ x: buffers[0] }, { into: { y: float32([[1]].flat(), [1, 1]) } })).rejects.toMatchObject({
    code: 'feeds',
  });
  await session.dispose();
});

test('errors are those of a host', async () => {
  await expect(openLocalSession('/nowhere.onnx')).rejects.toMatchObject({ name: 'RuntimeError', code: 'model-file' });
  const session = await openLocalSession(doublingModel());
  await expect(session.run({})).rejects.toMatchObject({ name: 'RuntimeError', code: 'feeds' });
  await expect(session.run({ x: float32([1]) }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  await Promise.all([session.dispose(), session.dispose()]);
  await expect(session.run({ x: float32([1]) })).rejects.toMatchObject({ code: 'disposed' });
});
