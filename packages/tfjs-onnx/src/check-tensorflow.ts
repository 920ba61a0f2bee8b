// TensorFlow.js is a peer: another major version would record other kernels.
import { version_core } from '@tensorflow/tfjs-core';
import { TraceError } from './errors';

const MAJOR = 4;

/** @throws TraceError 'peer' where the TensorFlow.js that is installed is of another major version than this is made for */
export function checkTensorflow(version: string = version_core): void {
  if (Number(version.split('.')[0]) === MAJOR) return;
  throw new TraceError(
    'peer',
    `@tensorflow/tfjs-core is of version ${version}, but this needs ${MAJOR}; npm install @tensorflow/tfjs-core@${MAJOR}`,
  );
}
