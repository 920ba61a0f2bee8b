// The activations that tfjs' fused kernels apply to their result.
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';

export function activate(
  builder: GraphBuilder,
  x: Value,
  activation: string,
  slope: number,
  weights: Value | undefined,
): Value {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return builder.unary('Relu', x);
    case 'elu':
      return builder.unary('Elu', x);
    case 'sigmoid':
      return builder.unary('Sigmoid', x);
    case 'relu6':
      return builder.node('Clip', [x, builder.scalar(0, x.type), builder.scalar(6, x.type)], x.shape, x.type);
    case 'leakyrelu':
      return builder.unary('LeakyRelu', x, { alpha: { float: slope } });
    case 'prelu': {
      const negative = builder.binary('Less', x, builder.scalar(0, x.type), 'bool');
      return builder.where(negative, builder.binary('Mul', x, weights!), x);
    }
    default:
      throw new TraceError(
        'unsupported-op',
        `a fused kernel with activation ${activation} has no mapping to ONNX; apply the activation as an op of its own`,
      );
  }
}
