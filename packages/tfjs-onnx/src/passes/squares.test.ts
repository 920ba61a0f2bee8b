import { sumSquares } from './squares';
import { eliminateDeadCode } from './dce';
import { graphOf, input, ops } from './testing';

test('a sum of squares is one op', () => {
  const graph = graphOf([input('x')], (builder, x) => ({
    y: builder.reduce('ReduceSum', builder.binary('Mul', x, x), [0], false),
  }));
  const made = eliminateDeadCode(sumSquares(graph));
  expect(ops(made)).toEqual(['ReduceSumSquare']);
  expect(made.nodes[0].inputs[0]).toBe(graph.inputs[0].value);
});

test('products of different values and squares of whole numbers stay', () => {
  const graph = graphOf([input('a'), input('b'), input('i', [4], 'int32')], (builder, a, b, i) => ({
    y: builder.reduce('ReduceSum', builder.binary('Mul', a, b), [0], false),
    z: builder.reduce('ReduceSum', builder.binary('Mul', i, i), [0], false),
  }));
  expect(ops(sumSquares(graph))).toEqual(['Mul', 'ReduceSum', 'Mul', 'ReduceSum']);
});
