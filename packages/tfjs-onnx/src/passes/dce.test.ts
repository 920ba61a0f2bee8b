import { eliminateDeadCode, reachableNodes } from './dce';
import { graphOf, input, ops } from './testing';

test('what no output depends on goes, in chains too', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    builder.unary('Exp', builder.unary('Tanh', x));
    return { y: builder.unary('Sin', x) };
  });
  expect(ops(eliminateDeadCode(graph))).toEqual(['Sin']);
});

test('a node of several outputs stays while one of them is needed', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const halves = builder.record(
      'Split',
      [x],
      [x, x].map(() => ({ type: 'float32' as const, shape: [2] })),
    );
    return { y: halves[1] };
  });
  expect(ops(eliminateDeadCode(graph))).toEqual(['Split']);
  expect(reachableNodes(graph.nodes, [])).toEqual([]);
});

test('left-out inputs and inputs as outputs are no dependencies', () => {
  const graph = graphOf([input('x')], (builder, x) => ({
    x2: x,
    y: builder.node('Clip', [x, null, null], [4], 'float32'),
  }));
  expect(ops(eliminateDeadCode(graph))).toEqual(['Clip']);
});
