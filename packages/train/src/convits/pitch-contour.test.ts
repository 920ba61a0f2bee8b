import { pitchContour } from './pitch-contour';

test('gaps are filled along straight lines in octaves, the ends are held', () => {
  const { hertz, voiced } = pitchContour(Float32Array.of(0, 100, 0, 200, 0, 0));
  expect([...voiced]).toEqual([0, 1, 0, 1, 0, 0]);
  [100, 100, 141.42, 200, 200, 200].forEach((value, frame) => expect(hertz[frame]).toBeCloseTo(value, 2));
});

test('where nothing is voiced the pitch is some pitch', () => {
  const { hertz, voiced } = pitchContour(new Float32Array(3));
  expect([...voiced]).toEqual([0, 0, 0]);
  expect([...hertz]).toEqual([150, 150, 150]);
});
