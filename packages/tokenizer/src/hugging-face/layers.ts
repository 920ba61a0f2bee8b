// Layers without initial values: these models are never trained here, their weights always come from a folder. Drawing 300 million
// random numbers first would take longer than reading them.
import { Linear, zeros, type Scope } from '@gpt-talker/nn';

/** A fully connected layer of zeros, to be loaded. */
export function emptyLinear(scope: Scope, inputWidth: number, outputWidth: number): Linear {
  return new Linear(scope, inputWidth, outputWidth, { weightInitializer: zeros, biasInitializer: zeros });
}
