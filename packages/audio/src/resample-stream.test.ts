import { resample, resampleStream, type Audio } from './index';

const tone = (length: number, sampleRate: number): Audio => ({
  samples: Float32Array.from({ length }, (_, i) => 0.5 * Math.sin((2 * Math.PI * 440 * i) / sampleRate)),
  sampleRate,
});

async function* cut({ samples, sampleRate }: Audio, sizes: number[]): AsyncGenerator<Audio> {
  let from = 0;
  for (let i = 0; from < samples.length; i++) {
    const size = sizes[i % sizes.length];
    yield { samples: samples.subarray(from, from + size), sampleRate };
    from += size;
  }
}

async function together(chunks: AsyncIterable<Audio>): Promise<{ samples: number[]; rates: Set<number> }> {
  const samples: number[] = [];
  const rates = new Set<number>();
  for await (const chunk of chunks) {
    samples.push(...chunk.samples);
    rates.add(chunk.sampleRate);
  }
  return { samples, rates };
}

test.each([
  [16000, 24000, [1, 700, 3]],
  [16000, 24000, [100_000]],
  [32000, 24000, [640]],
  [16000, 8000, [333, 1]],
  [44100, 16000, [5000]],
])('from %i to %i Hz, chunk by chunk, is the whole resampled', async (from, to, sizes) => {
  const audio = tone(9001, from);
  const whole = await resample(audio, to);
  const { samples, rates } = await together(resampleStream(cut(audio, sizes), to));
  expect([...rates]).toEqual([to]);
  expect(samples).toHaveLength(whole.samples.length);
  expect(Math.max(...samples.map((sample, i) => Math.abs(sample - whole.samples[i])))).toBeLessThan(1e-6);
});

test('an unchanged rate passes the chunks themselves; nothing stays nothing', async () => {
  const audio = tone(10, 16000);
  for await (const chunk of resampleStream(cut(audio, [10]), 16000)) expect(chunk.samples).toEqual(audio.samples);
  expect((await together(resampleStream(cut(tone(0, 16000), [1]), 8000))).samples).toEqual([]);
});

test('chunks of different rates are refused', async () => {
  async function* mixed() {
    yield tone(10, 16000);
    yield tone(10, 8000);
  }
  await expect(together(resampleStream(mixed(), 24000))).rejects.toThrow('a chunk has 8000 Hz after one of 16000 Hz');
});
