// PNG files of images.
import { PNG } from 'pngjs';
import { type Image } from './panel';

const RGB = 2;

/** A PNG file of an image. */
export function encodePng({ width, height, pixels }: Image): Uint8Array {
  const png = new PNG({ width, height });
  for (let pixel = 0; pixel < width * height; pixel++) {
    png.data.set(pixels.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
    png.data[pixel * 4 + 3] = 255;
  }
  return PNG.sync.write(png, { colorType: RGB });
}
