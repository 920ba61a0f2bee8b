import { eliminateCommonSubexpressions } from './cse';
import { graphOf, input, ops } from './testing';

test('equal nodes on equal values become one, transitively', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const twice = [0, 1].map(() => builder.unary('Exp', builder.unary('Sin', x)));
    return { y: builder.binary('Add', twice[0], twice[1]) };
  });
  const made = eliminateCommonSubexpressions(graph);
  expect(ops(made)).toEqual(['Sin', 'Exp', 'Add']);
  expect(made.nodes[2].inputs[0]).toBe(made.nodes[2].inputs[1]);
  expect(ops(graph)).toHaveLength(5);
});

test('small constants are compared by their numbers, 0 and −0 apart', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const plus = (number: number) => builder.binary('Add', x, builder.scalar(number, 'float32'));
    return { a: plus(0), b: plus(0), c: plus(-0) };
  });
  expect(ops(eliminateCommonSubexpressions(graph))).toEqual(['Add', 'Add']);
});

test('other attributes, other types and other numbers of outputs stay apart', () => {
  const graph = graphOf([input('x')], (builder, x) => ({
    a: builder.unary('LeakyRelu', x, { alpha: { float: 0.1 } }),
    b: builder.unary('LeakyRelu', x, { alpha: { float: 0.2 } }),
    c: builder.cast(x, 'int32'),
    d: builder.cast(x, 'bool'),
  }));
  expect(ops(eliminateCommonSubexpressions(graph))).toEqual(['LeakyRelu', 'LeakyRelu', 'Cast', 'Cast']);
});

test('a constant with a name of the caller keeps it', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const named = { ...builder.scalar(2, 'float32'), name: 'scale' };
    return { a: builder.binary('Mul', x, builder.scalar(2, 'float32')), b: builder.binary('Mul', x, named) };
  });
  expect(ops(eliminateCommonSubexpressions(graph))).toEqual(['Mul', 'Mul']);
});
