import { kMeans, nearestCentroid } from './k-means';
import { seededRandom } from './random';

/** Points around the corners of a square, and around its middle. */
function blobs(count: number, seed: number): Float32Array {
  const random = seededRandom(seed);
  const centres = [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
    [5, 5],
  ];
  return Float32Array.from({ length: 2 * count }, (_, i) => centres[(i >> 1) % 5][i % 2] + random() - 0.5);
}

test('separate groups are found, each by its mean', async () => {
  const centroids = await kMeans({ data: blobs(500, 1), width: 2 }, { codes: 5, seed: 3 });
  const found = [0, 1, 2, 3, 4]
    .map((code) => [...centroids.slice(2 * code, 2 * code + 2)].map(Math.round).join(' '))
    .sort();
  expect(found).toEqual(['0 0', '0 10', '10 0', '10 10', '5 5']);
});

test('the same seed gives the same centroids, another seed others', async () => {
  const rows = { data: Float32Array.from({ length: 3000 }, seededRandom(9)), width: 3 };
  const fit = (seed: number) => kMeans(rows, { codes: 20, seed, iterations: 3 });
  expect(await fit(1)).toEqual(await fit(1));
  expect(await fit(1)).not.toEqual(await fit(2));
});

test('pruning changes nothing: at the end every centroid is the mean of the rows nearest to it', async () => {
  const width = 4;
  const data = Float32Array.from({ length: 4000 }, seededRandom(5));
  const centroids = await kMeans({ data, width }, { codes: 30, seed: 1, iterations: 200 });
  const sums = new Float64Array(centroids.length);
  const counts = new Float64Array(30);
  for (let row = 0; row < 1000; row++) {
    const distances = Array.from({ length: 30 }, (_, code) =>
      [0, 1, 2, 3].reduce((sum, i) => sum + (data[row * width + i] - centroids[code * width + i]) ** 2, 0),
    );
    const nearest = distances.indexOf(Math.min(...distances));
    expect(nearestCentroid(data, row * width, centroids, width)).toBe(nearest);
    counts[nearest]++;
    for (let i = 0; i < width; i++) sums[nearest * width + i] += data[row * width + i];
  }
  // Not exact: iterations end when they improve little.
  centroids.forEach((value, at) =>
    expect(Math.abs(value - sums[at] / counts[Math.floor(at / width)])).toBeLessThan(0.05),
  );
});

test('more centroids than different rows: all finite, every row met exactly', async () => {
  const data = Float32Array.from([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3]);
  const centroids = await kMeans({ data, width: 2 }, { codes: 5, seed: 1 });
  expect(centroids.every(Number.isFinite)).toBe(true);
  for (let row = 0; row < 6; row++) {
    const nearest = nearestCentroid(data, 2 * row, centroids, 2);
    expect(centroids[2 * nearest]).toBe(data[2 * row]);
  }
});
