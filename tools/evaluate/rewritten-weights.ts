// An .onnx file's matrix products in other forms: what a voice computes in 8 bits, in float32, and the other way round.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type NodeProto,
  type TensorProto,
} from '../../packages/tfjs-onnx/src/generated/onnx_pb';
import { quantizeColumns } from '../../packages/tfjs-onnx/src/onnx/quantize-columns';

/** `float32`: what the stored bytes stand for. `columns`: int8 weights and activations. */
export type Form = 'float32' | 'columns';

const ONNX_FLOAT = 1;
const ONNX_INT8 = 3;
const ZERO_POINT = 128;

interface Matrix {
  /** [inputs, outputs] */
  data: Float32Array;
  inputs: number;
  outputs: number;
}

/** The model with every MatMulNBits in another form. */
export function rewriteProducts(bytes: Uint8Array, form: Form): { bytes: Uint8Array; products: number } {
  const model = fromBinary(ModelProtoSchema, bytes);
  const graph = model.graph!;
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  let products = 0;
  graph.node = graph.node.map((node) => {
    if (node.opType !== 'MatMulNBits') return node;
    products++;
    const matrix = matrixOf(node, tensors);
    const name = `${node.output[0]}_weight`;
    const add = (suffix: string, dataType: number, dims: number[], data: Float32Array | Int8Array) => {
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      graph.initializer.push(
        create(TensorProtoSchema, { name: name + suffix, dataType, dims: dims.map(BigInt), rawData }),
      );
      return name + suffix;
    };
    const { inputs, outputs, data } = matrix;
    const { input, output } = node;
    if (form === 'float32')
      return create(NodeProtoSchema, {
        opType: 'MatMul',
        input: [input[0], add('', ONNX_FLOAT, [inputs, outputs], data)],
        output,
      });
    const { weights, scales } = quantizeColumns(data, inputs, outputs, false);
    return create(NodeProtoSchema, {
      opType: 'DynamicQuantizeMatMul',
      domain: 'com.microsoft',
      input: [input[0], add('', ONNX_INT8, [inputs, outputs], weights), add('_scales', ONNX_FLOAT, [outputs], scales)],
      output,
    });
  });
  const used = new Set(graph.node.flatMap(({ input }) => input));
  graph.initializer = graph.initializer.filter(({ name }) => used.has(name));
  return { bytes: toBinary(ModelProtoSchema, model), products };
}

function matrixOf(node: NodeProto, tensors: ReadonlyMap<string, TensorProto>): Matrix {
  const attribute = (name: string) =>
    Number(node.attribute.find((each) => each.name === name)?.i ?? create(AttributeProtoSchema).i);
  const [inputs, outputs, blockSize] = ['K', 'N', 'block_size'].map(attribute);
  const blocks = tensors.get(node.input[1])!.rawData;
  const raw = tensors.get(node.input[2])!.rawData;
  const scales = new Float32Array(Uint8Array.from(raw).buffer);
  const perColumn = Math.ceil(inputs / blockSize);
  const data = new Float32Array(inputs * outputs);
  for (let column = 0; column < outputs; column++)
    for (let row = 0; row < inputs; row++) {
      const block = column * perColumn + Math.floor(row / blockSize);
      data[row * outputs + column] = (blocks[block * blockSize + (row % blockSize)] - ZERO_POINT) * scales[block];
    }
  return { data, inputs, outputs };
}
