// Reading a checkpoint must not load TensorFlow.js or onnxruntime: a tool that only converts files does without them.
jest.mock('@tensorflow/tfjs-core', () => {
  throw new Error('TensorFlow.js was loaded');
});
jest.mock('@gpt-talker/tfjs-onnx', () => {
  throw new Error('tfjs-onnx was loaded');
});

test('the checkpoint entry stands alone', async () => {
  const checkpoint = await import('./index');
  expect(checkpoint.readSafetensors(checkpoint.writeSafetensors(new Map())).tensors.size).toBe(0);
  await expect(import('../index')).rejects.toThrow('was loaded');
});
