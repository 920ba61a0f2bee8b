// Spectrograms as pictures: a matrix, its largest value white, low bands at the bottom.
import { PNG } from 'pngjs';

export interface Picture {
  width: number;
  height: number;
  png: Uint8Array;
}

/** Dark blue over red to white. */
const STOPS = [
  [10, 10, 40],
  [90, 20, 110],
  [200, 60, 70],
  [250, 160, 60],
  [255, 250, 210],
];

/** @param values [rows, columns]; the first row is drawn at the bottom */
export function heatmap(values: ArrayLike<number>, rows: number, columns: number, scale = 2): Picture {
  let lowest = Infinity;
  let highest = -Infinity;
  for (let index = 0; index < rows * columns; index++) {
    lowest = Math.min(lowest, values[index]);
    highest = Math.max(highest, values[index]);
  }
  const range = highest - lowest || 1;
  const png = new PNG({ width: columns * scale, height: rows * scale });
  for (let y = 0; y < png.height; y++) {
    const row = rows - 1 - Math.floor(y / scale);
    for (let x = 0; x < png.width; x++) {
      const place = ((values[row * columns + Math.floor(x / scale)] - lowest) / range) * (STOPS.length - 1);
      const stop = Math.min(STOPS.length - 2, Math.floor(place));
      const pixel = (y * png.width + x) * 4;
      for (let channel = 0; channel < 3; channel++) {
        const [from, to] = [STOPS[stop][channel], STOPS[stop + 1][channel]];
        png.data[pixel + channel] = Math.round(from + (to - from) * (place - stop));
      }
      png.data[pixel + 3] = 255;
    }
  }
  return { width: png.width, height: png.height, png: PNG.sync.write(png) };
}
