import { scheduleNodes } from './schedule';
import { graphOf, input, ops } from './testing';

test('a node of one input follows the node that makes it', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const early = builder.unary('Sin', x);
    const late = builder.unary('Cos', x);
    const transposed = builder.node('Transpose', [early], [4], 'float32', { perm: [0] });
    return { y: builder.binary('Mul', transposed, late) };
  });
  expect(ops(scheduleNodes(graph))).toEqual(['Sin', 'Transpose', 'Cos', 'Mul']);
});

test('constants do not count as inputs', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    const early = builder.unary('Sin', x);
    const late = builder.unary('Cos', x);
    return { y: builder.binary('Mul', builder.binary('Add', early, builder.scalar(1, 'float32')), late) };
  });
  expect(ops(scheduleNodes(graph))).toEqual(['Sin', 'Add', 'Cos', 'Mul']);
});

test('every node still follows what it depends on', () => {
  const graph = graphOf([input('x')], (builder, x) => {
    let values = [x, builder.unary('Neg', x)];
    for (let i = 0; i < 20; i++)
      values = [builder.binary('Add', values[0], values[1]), builder.unary('Sin', values[i % 2])];
    return { y: values[0], z: values[1] };
  });
  const seen = new Set(graph.inputs.map(({ value }) => value));
  for (const node of scheduleNodes(graph).nodes) {
    for (const operand of node.inputs) expect(seen.has(operand!)).toBe(true);
    node.outputs.forEach((output) => seen.add(output));
  }
});
