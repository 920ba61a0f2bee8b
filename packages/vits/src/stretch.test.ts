import { stretchLatent, stretchedFrame } from './stretch';

/** Two channels: the frame's number, and minus that. */
const ramp = (first: number, frames: number) =>
  Float32Array.from({ length: 2 * frames }, (_, at) => (at < frames ? first + at : -(first + at - frames)));

test.each([0.25, 0.7, 1, 1.3, 4])('at speed %d, frames are read at that rate', (speed) => {
  const { data, frames } = stretchLatent(ramp(0, 40), 2, 0, speed);
  expect(frames).toBe(Math.ceil(40 / speed));
  for (let frame = 0; frame < frames; frame++) {
    // Behind the last frame there is nothing to read on to.
    expect(data[frame]).toBeCloseTo(Math.min(39, frame * speed), 4);
    expect(data[frames + frame]).toBeCloseTo(-Math.min(39, frame * speed), 4);
  }
});

test.each([0.3, 1.7])('pieces at speed %d meet exactly', (speed) => {
  const whole = stretchLatent(ramp(0, 40), 2, 0, speed);
  for (const [from, to] of [
    [0, 11],
    [11, 24],
    [24, 40],
  ]) {
    // One frame more than is kept, to read on to.
    const piece = stretchLatent(ramp(from, Math.min(40, to + 1) - from), 2, from, speed);
    const first = stretchedFrame(from, speed);
    for (let frame = first; frame < stretchedFrame(to, speed); frame++)
      expect(piece.data[frame - first]).toBeCloseTo(whole.data[frame], 4);
  }
});
