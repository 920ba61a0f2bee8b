// Convolutions without initial values: this model is never trained here, its weights always come from a file.
import { Conv2d, zeros, type Scope } from '@gpt-talker/nn';

export interface ConvolutionOptions {
  /** On both axes; odd. The length stays, but for the stride. */
  kernel: number;
  /** On both axes; default 1. */
  stride?: number;
  /** Default true: where a batch norm was folded in, there is one. */
  bias?: boolean;
}

export function emptyConvolution(
  scope: Scope,
  inputChannels: number,
  outputChannels: number,
  { kernel, stride = 1, bias = true }: ConvolutionOptions,
): Conv2d {
  const padding = (kernel - 1) / 2;
  return new Conv2d(scope, inputChannels, outputChannels, [kernel, kernel], {
    stride: [stride, stride],
    padding: [padding, padding],
    bias,
    weightInitializer: zeros,
    biasInitializer: zeros,
  });
}
