import { planSpeed } from './speed';

const alignment = { durations: [1], edgeTokens: 1, freeTokens: 1, decayTokens: 1 };

test.each([
  [1, 1, 1],
  [1.25, 0.8, 1],
  [0.8, 1.25, 1],
  [2, 0.8, 1.6],
  [4, 0.8, 3.2],
  [0.25, 1.25, 0.3125],
])('at speed %d, a voice with a prior is asked for pace %d, and the rest is read at %d', (speed, pace, rest) => {
  const plan = planSpeed(speed, { alignment });
  expect(plan.pace).toBeCloseTo(pace, 9);
  expect(plan.speed).toBeCloseTo(rest, 9);
  expect(planSpeed(speed, {})).toEqual({ pace: 1, speed });
});

test.each([0.2, 4.1, NaN])('%d is refused', (speed) => {
  expect(() => planSpeed(speed, {})).toThrow(`speed is ${speed}; give a number from 0.25 to 4`);
});
