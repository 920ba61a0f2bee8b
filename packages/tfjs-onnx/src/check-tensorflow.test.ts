import { checkTensorflow } from './check-tensorflow';

test('the TensorFlow.js that is installed will do', () => expect(() => checkTensorflow()).not.toThrow());

test.each(['3.21.0', '5.0.0-rc.1'])('%s will not', (version) => {
  expect(() => checkTensorflow(version)).toThrow(
    expect.objectContaining({
      name: 'TraceError',
      code: 'peer',
      message: `@tensorflow/tfjs-core is of version ${version}, but this needs 4; npm install @tensorflow/tfjs-core@4`,
    }),
  );
});
