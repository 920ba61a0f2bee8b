// onnxruntime-web's WebAssembly behind the same interface, in Node; apps/serve/test/page has it in a browser.
import { RuntimeError } from './errors';
import { SessionHost } from './session-host';
import { float32 } from './tensors';

/** y = x + x */
const MODEL = Buffer.from('CAg6MAoOCgF4CgF4EgF5IgNBZGQSBHRlc3RaCwoBeBIGCgQIARIAYgsKAXkSBgoECAESAEIECgAQEg==', 'base64');

test('WebAssembly computes what the native library does', async () => {
  const host = await SessionHost.start({ runtime: 'wasm', intraOpThreads: 1 });
  const session = await host.load(MODEL);
  const { y } = await session.run({ x: float32([21], []) });
  expect(y).toEqual({ type: 'float32', data: Float32Array.of(42), dims: [] });
  expect(await host.computeInfo()).toEqual({
    runtime: 'wasm',
    version: expect.stringMatching(/^1\.\d+\.\d+$/),
    executionProviders: ['cpu'],
    threads: 1,
  });
  await host.dispose();
});

test('a host says that it computes natively by default', async () => {
  const host = await SessionHost.start({ intraOpThreads: 1 });
  expect(await host.computeInfo()).toMatchObject({ runtime: 'native', executionProviders: ['cpu'], threads: 1 });
  // One thread, one runtime.
  await expect(host.load(MODEL, { runtime: 'wasm' })).rejects.toMatchObject({ code: 'onnxruntime' });
  await host.dispose();
  await expect(host.computeInfo()).rejects.toThrow(RuntimeError);
});

test('a provider that WebAssembly does not have is refused by name', async () => {
  const starting = SessionHost.start({ runtime: 'wasm', executionProviders: ['cuda', 'cpu'] });
  await expect(starting).rejects.toMatchObject({ code: 'execution-provider' });
});
