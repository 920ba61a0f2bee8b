import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { eliminateDeadCode } from './dce';
import { stabilizeLogSigmoid } from './log-sigmoid';
import { graphOf, input, ops } from './testing';

test('the logarithm of a sigmoid is a softplus', () => {
  const graph = graphOf([input('x')], (builder, x) => ({ y: builder.unary('Log', builder.unary('Sigmoid', x)) }));
  expect(ops(eliminateDeadCode(stabilizeLogSigmoid(graph)))).toEqual(['Neg', 'Softplus', 'Neg']);
});

/** dy ÷ s · (s · (1 − s)), as tfjs differentiates it. */
function slope(builder: GraphBuilder, dy: Value, s: Value, one = 1): Value {
  const rest = builder.binary('Sub', builder.scalar(one, 'float32'), s);
  return builder.binary('Mul', builder.binary('Div', dy, s), builder.binary('Mul', s, rest));
}

test('its slope does not divide by the sigmoid', () => {
  const graph = graphOf([input('x'), input('dy')], (builder, x, dy) => ({
    y: slope(builder, dy, builder.unary('Sigmoid', x)),
  }));
  const made = eliminateDeadCode(stabilizeLogSigmoid(graph));
  expect(ops(made)).toEqual(['Sigmoid', 'Sub', 'Mul']);
  expect(made.nodes[2].inputs[0]).toBe(graph.inputs[1].value);
});

test('what only looks like it stays', () => {
  const graph = graphOf([input('x'), input('dy')], (builder, x, dy) => ({
    a: builder.unary('Log', builder.unary('Tanh', x)),
    b: slope(builder, dy, builder.unary('Tanh', x)),
    c: slope(builder, dy, builder.unary('Sigmoid', x), 2),
  }));
  expect(ops(stabilizeLogSigmoid(graph))).toEqual(ops(graph));
});
