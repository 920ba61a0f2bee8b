import { type Graph, isConstant, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { foldConstants } from './constant-folding';
import { graphOf, input, ops } from './testing';

const floats = (builder: GraphBuilder, numbers: number[], shape = [numbers.length]): Value =>
  builder.constant(Float32Array.from(numbers), shape, 'float32');

const numbers = (graph: Graph, name = 'y'): number[] => {
  const value = graph.outputs.find((output) => output.name === name)!.value;
  if (!isConstant(value)) throw new Error(`${name} is not constant`);
  return Array.from(value.data as ArrayLike<number | bigint>, Number);
};

test('weight normalisation of constants is done when the file is made', () => {
  const graph = graphOf([input('x', [2])], (builder, x) => {
    const direction = floats(builder, [3, 4, 0, 2], [2, 2]);
    const norm = builder.unary('Sqrt', builder.reduce('ReduceSumSquare', direction, [1], true));
    const weight = builder.binary('Mul', builder.binary('Div', direction, norm), builder.scalar(10, 'float32'));
    return { w: weight, y: builder.matMul(builder.transpose(weight, [1, 0]), builder.reshape(x, [2, 1])) };
  });
  const folded = foldConstants(graph);
  expect(ops(folded)).toEqual(['Reshape', 'MatMul']);
  expect(numbers(folded, 'w')).toEqual([6, 8, 0, 10]);
  expect(Array.from(folded.nodes[1].inputs[0]!.data as Float32Array)).toEqual([6, 0, 8, 10]);
});

test.each<[string, (builder: GraphBuilder) => Value, number[]]>([
  ['slices backwards', (b) => b.slice(floats(b, [1, 2, 3, 4, 5]), 0, 4, 3, -2), [5, 3, 1]],
  [
    'joins',
    (b) => b.node('Concat', [floats(b, [1, 2], [2, 1]), floats(b, [3, 4], [2, 1])], [2, 2], 'float32', { axis: 1 }),
    [1, 3, 2, 4],
  ],
  ['repeats', (b) => b.expand(floats(b, [1, 2], [2, 1]), [2, 3]), [1, 1, 1, 2, 2, 2]],
  ['broadcasts', (b) => b.binary('Sub', floats(b, [1, 2], [2, 1]), floats(b, [1, 3])), [0, -2, 1, -1]],
  ['averages', (b) => b.reduce('ReduceMean', floats(b, [1, 2, 3, 6], [2, 2]), [0], false), [2, 4]],
  ['cuts to whole numbers', (b) => b.cast(floats(b, [1.9, -1.9]), 'int32'), [1, -1]],
])('it %s', (_name, build, expected) => {
  const folded = foldConstants(graphOf([], (builder) => ({ y: build(builder) })));
  expect(ops(folded)).toEqual([]);
  expect(numbers(folded)).toEqual(expected);
});

test('what would make the file much larger is left to be computed', () => {
  const graph = graphOf([], (builder) => ({ y: builder.expand(builder.scalar(1, 'float32'), [100, 100]) }));
  expect(ops(foldConstants(graph))).toEqual(['Expand']);
});

test('a large weight that is also used as it is, is not stored twice', () => {
  const graph = graphOf([input('x', [100])], (builder, x) => {
    const weight = builder.constant(new Float32Array(10_000), [100, 100], 'float32');
    return { a: builder.matMul(x, weight), b: builder.matMul(x, builder.transpose(weight, [1, 0])) };
  });
  expect(ops(foldConstants(graph))).toEqual(['MatMul', 'Transpose', 'MatMul']);
});
