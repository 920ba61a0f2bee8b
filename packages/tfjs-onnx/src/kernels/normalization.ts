// Batch normalisation and local response normalisation with its gradient. Sums over neighbouring channels are products with a band.
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelTable } from './kernel';

const batchNormalization: Kernel = ({ builder, inputs, attributes, compact }) => {
  const { x, mean, variance, scale, offset } = inputs;
  const epsilon = builder.scalar((attributes.varianceEpsilon as number | undefined) ?? 0.001, 'float32');
  const deviation = builder.unary('Sqrt', builder.binary('Add', compact(variance), epsilon));
  const centred = builder.binary('Sub', compact(x), compact(mean));
  const scaled = scale ? builder.binary('Mul', centred, compact(scale)) : centred;
  const y = builder.binary('Div', scaled, deviation);
  return { broadcast: offset ? builder.binary('Add', y, compact(offset)) : y, shape: x.shape };
};

interface Response {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Sums over the channels (the last axis) within a radius. */
function neighbourSums(builder: GraphBuilder, x: Value, radius: number): Value {
  const channels = x.shape[x.shape.length - 1];
  const band = Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return builder.matMul(x, builder.constant(band, [channels, channels], 'float32'));
}

/** bias + alpha · the neighbours' squares. */
function strength(builder: GraphBuilder, x: Value, { depthRadius, bias, alpha }: Response): Value {
  const sums = neighbourSums(builder, builder.binary('Mul', x, x), depthRadius);
  const scaled = builder.binary('Mul', sums, builder.scalar(alpha, 'float32'));
  return builder.binary('Add', scaled, builder.scalar(bias, 'float32'));
}

const localResponse: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const response = attributes as unknown as Response;
  const value = materialize(x);
  const power = builder.binary('Pow', strength(builder, value, response), builder.scalar(-response.beta, 'float32'));
  return builder.binary('Mul', value, power);
};

/** dy · s^−β − 2αβ · x · Σ over neighbours of dy · y / s, where s is the strength. */
const localResponseGradient: Kernel = ({ builder, inputs: { x, y, dy }, attributes, materialize }) => {
  const response = attributes as unknown as Response;
  const [input, output, gradient] = [x, y, dy].map(materialize);
  const sums = strength(builder, input, response);
  const power = builder.binary('Pow', sums, builder.scalar(-response.beta, 'float32'));
  const shares = builder.binary('Div', builder.binary('Mul', gradient, output), sums);
  const others = builder.binary('Mul', input, neighbourSums(builder, shares, response.depthRadius));
  const weight = builder.scalar(-2 * response.alpha * response.beta, 'float32');
  return builder.binary('Add', builder.binary('Mul', gradient, power), builder.binary('Mul', others, weight));
};

export const NORMALIZATION_KERNELS: KernelTable = {
  FusedBatchNorm: batchNormalization,
  LRN: localResponse,
  LRNGrad: localResponseGradient,
};
