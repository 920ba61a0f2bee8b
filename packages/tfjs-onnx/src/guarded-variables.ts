// Variables are safe from a traced function. TensorFlow.js' optimisers assign to them: inside of a trace that would replace the numbers
// of the caller's variable by a tensor that has none, and the first numbers would be lost before anybody could complain.
import * as tf from '@tensorflow/tfjs-core';

import { callSite, captureStack } from './call-site';
import { TraceError } from './errors';

type Boundary = (...args: never[]) => unknown;

function refuse(what: string, boundary: Boundary): TraceError {
  return new TraceError(
    'invalid-argument',
    `the traced function ${what} at ${callSite(captureStack(boundary))}; a graph has no variables: take the value as an input and ` +
      'return the new one as an output (an optimiser of tfjs keeps variables: write its update in tfjs ops)',
  );
}

/** Runs `body`, in which making, assigning to and disposing variables are errors. */
export function withGuardedVariables<T>(body: () => T): T {
  const prototype = tf.Variable.prototype;
  const engine = tf.engine();
  const { assign, dispose } = prototype;
  prototype.assign = function guarded(this: tf.Variable) {
    throw refuse(`assigns to the variable ${this.name}`, guarded);
  };
  prototype.dispose = function guarded(this: tf.Variable) {
    throw refuse(`disposes the variable ${this.name}`, guarded);
  };
  engine.makeVariable = function guarded() {
    throw refuse('makes a variable', guarded);
  };
  try {
    return body();
  } finally {
    prototype.assign = assign;
    prototype.dispose = dispose;
    // Its own property goes; the method of its class is there again.
    delete (engine as { makeVariable?: unknown }).makeVariable;
  }
}
