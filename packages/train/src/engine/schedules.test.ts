import { exponentialDecay, warmupCosine } from './schedules';

describe('warmupCosine', () => {
  const schedule = warmupCosine({ initial: 0.1, peak: 1, end: 0.2, warmupSteps: 10, totalSteps: 110 });

  it('climbs in a line, then falls along half a cosine', () => {
    expect(schedule(0)).toBeCloseTo(0.1);
    expect(schedule(5)).toBeCloseTo(0.55);
    expect(schedule(10)).toBeCloseTo(1);
    expect(schedule(60)).toBeCloseTo(0.6);
    expect(schedule(110)).toBeCloseTo(0.2);
  });

  it('stays at its end', () => {
    expect(schedule(1_000_000)).toBe(0.2);
  });
});

it('exponentialDecay changes only between epochs', () => {
  const schedule = exponentialDecay(1, 0.5, 10);
  expect([0, 9, 10, 25].map(schedule)).toEqual([1, 1, 0.5, 0.25]);
});
