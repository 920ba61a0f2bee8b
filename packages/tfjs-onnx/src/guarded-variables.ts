// Variables are safe from a traced function. TensorFlow.js' optimisers assign to them: inside of a trace that would replace the numbers
// of the caller's variable by a tensor that has none, and the first numbers would be lost before anybody could complain.
import * as tf from '@tensorflow/tfjs-core';

import { callSite, captureStack } from './call-site';
import { TraceError } from './errors';

/** Runs `body`; assigning to a variable or disposing one is an error in it. */
export function withGuardedVariables<T>(body: () => T): T {
  const prototype = tf.Variable.prototype;
  const { assign, dispose } = prototype;
  const known = new Set(Object.values(tf.engine().state.registeredVariables));
  const refuse = (what: string, variable: tf.Variable, boundary: (...args: never[]) => unknown): TraceError =>
    new TraceError(
      'invalid-argument',
      `the traced function ${what} the variable ${variable.name} at ${callSite(captureStack(boundary))}; ` +
        'a graph has no variables: take the value as an input and return the new one as an output (of an optimiser, write the update in tfjs ops)',
    );
  prototype.assign = function guarded(this: tf.Variable) {
    throw refuse('assigns to', this, guarded);
  };
  prototype.dispose = function guarded(this: tf.Variable) {
    if (known.has(this)) throw refuse('disposes', this, guarded);
    dispose.call(this);
  };
  try {
    return body();
  } finally {
    prototype.assign = assign;
    prototype.dispose = dispose;
    // What was made in the function has no numbers to go on with.
    for (const variable of Object.values(tf.engine().state.registeredVariables))
      if (!known.has(variable)) variable.dispose();
  }
}
