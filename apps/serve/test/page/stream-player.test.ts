// Chunks on the audio clock, with a clock that the test moves.
import { StreamPlayer } from '../../web/src/sound/stream-player';

const RATE = 1000;

interface Scheduled {
  start: number;
  samples: Float32Array;
  stoppedAt?: number;
}

const scheduled: Scheduled[] = [];
let now = 0;

class FakeContext {
  state = 'running';
  destination = {};
  constructor(readonly options: { sampleRate: number }) {}
  get sampleRate() {
    return this.options.sampleRate;
  }
  get currentTime() {
    return now;
  }
  async resume() {}
  async close() {}
  createGain() {
    return { connect() {}, gain: { setTargetAtTime() {} } };
  }
  createBuffer(_channels: number, length: number) {
    return {
      samples: new Float32Array(length),
      copyToChannel(from: Float32Array) {
        this.samples.set(from);
      },
    };
  }
  createBufferSource() {
    const entry: Scheduled = { start: NaN, samples: new Float32Array() };
    return {
      set buffer({ samples }: { samples: Float32Array }) {
        entry.samples = samples;
      },
      connect() {},
      start: (when: number) => {
        entry.start = when;
        scheduled.push(entry);
      },
      stop: (when: number) => (entry.stoppedAt = when),
    };
  }
}

beforeAll(() => {
  (globalThis as { AudioContext?: unknown }).AudioContext = FakeContext;
});
beforeEach(() => {
  scheduled.length = 0;
  now = 5;
});

const chunk = (length: number) => new Float32Array(length).fill(0.5);

test('each chunk begins on the sample where the one before it ends, whenever it came', () => {
  const player = new StreamPlayer(RATE);
  player.push(chunk(100));
  now += 0.05;
  player.push(chunk(0));
  player.push(chunk(33));
  player.push(chunk(200));
  const [first, ...rest] = scheduled;
  expect(first.start).toBeGreaterThan(5);
  expect(first.start).toBeLessThan(5.1);
  expect(rest.map(({ start }) => start - first.start)).toEqual([expect.closeTo(0.1, 9), expect.closeTo(0.133, 9)]);
  expect(player.underruns).toBe(0);
});

test('after a chunk that came too late, sound goes on a moment later', () => {
  const player = new StreamPlayer(RATE);
  player.push(chunk(100));
  now += 1;
  player.push(chunk(100));
  player.push(chunk(100));
  expect(player.underruns).toBe(1);
  expect(scheduled[1].start).toBeGreaterThan(now);
  expect(scheduled[2].start).toBeCloseTo(scheduled[1].start + 0.1, 9);
});

test('what has been heard follows the clock', () => {
  const player = new StreamPlayer(RATE);
  player.push(chunk(500));
  expect(player.playedSeconds).toBe(0);
  now = scheduled[0].start + 0.2;
  expect(player.playedSeconds).toBeCloseTo(0.2, 9);
  now += 10;
  expect(player.playedSeconds).toBe(0.5);
});

test('stopping ends all of it at once, and nothing is added', async () => {
  const player = new StreamPlayer(RATE);
  player.push(chunk(500));
  player.push(chunk(500));
  player.stop();
  player.push(chunk(500));
  expect(scheduled).toHaveLength(2);
  for (const { stoppedAt } of scheduled) expect(stoppedAt! - now).toBeLessThan(0.1);
  await player.finished();
});
