import { PNG } from 'pngjs';
import { drawPanels } from './panel';
import { encodePng } from './png';

const tone = (hertz: number, seconds: number) => ({
  sampleRate: 16000,
  samples: Float32Array.from({ length: 16000 * seconds }, (_, i) => 0.4 * Math.sin((2 * Math.PI * hertz * i) / 16000)),
});

describe('drawPanels', () => {
  it('draws a tone bright at its frequency and dark elsewhere, one panel a sound', () => {
    const image = drawPanels([tone(4000, 1), tone(200, 0.5)]);
    expect(image.width).toBe(200);
    expect(image.height).toBe(2 * 376);
    const brightness = (x: number, y: number): number => image.pixels[(y * image.width + x) * 3];
    expect(brightness(103, 128)).toBeGreaterThan(200);
    expect(brightness(103, 40)).toBeLessThan(120);
  });

  it('becomes a PNG file that keeps every pixel', () => {
    const image = drawPanels([tone(1000, 0.2)]);
    const png = PNG.sync.read(Buffer.from(encodePng(image)));
    expect([png.width, png.height]).toEqual([image.width, image.height]);
    const rgb = Uint8Array.from({ length: image.pixels.length }, (_, i) => png.data[Math.floor(i / 3) * 4 + (i % 3)]);
    expect(Buffer.from(rgb).equals(Buffer.from(image.pixels))).toBe(true);
  });
});
