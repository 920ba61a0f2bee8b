// Draws speech: a spectrogram with the pitch curve below it, as pixels. Brighter is louder; a tick at every half second and
// every kilohertz, a line at every 100 Hz of pitch.
import { type Audio, linearSpectrogram, trackPitch } from '@gpt-talker/audio';

/** Pixels, three bytes each, row by row from the top. */
export interface Image {
  width: number;
  height: number;
  pixels: Uint8Array;
}

const HOP_SECONDS = 0.005;
const WINDOW_SECONDS = 0.025;
const SPECTROGRAM_HEIGHT = 256;
const PITCH_HEIGHT = 120;
const TOP_HERTZ = 8000;
const LOWEST_PITCH = 50;
const HIGHEST_PITCH = 400;
const RANGE_DECIBELS = 70;
const TICK_PIXELS = 6;
const CURVE: Colour = [255, 220, 80];
const GRID: Colour = [60, 60, 80];
const TICK: Colour = [255, 255, 255];

type Colour = readonly [number, number, number];

/** One panel a sound, one under the other, on a common time axis of 5 ms a pixel. */
export function drawPanels(sounds: readonly Audio[]): Image {
  const panelHeight = SPECTROGRAM_HEIGHT + PITCH_HEIGHT;
  const width = Math.max(
    ...sounds.map(({ samples, sampleRate }) => Math.ceil(samples.length / (HOP_SECONDS * sampleRate))),
    1,
  );
  const image: Image = {
    width,
    height: panelHeight * sounds.length,
    pixels: new Uint8Array(width * panelHeight * sounds.length * 3),
  };
  for (const [index, sound] of sounds.entries()) {
    const top = index * panelHeight;
    drawSpectrogram(image, top, sound);
    drawPitch(image, top + SPECTROGRAM_HEIGHT, sound);
    drawTicks(image, top);
  }
  return image;
}

function drawSpectrogram(image: Image, top: number, { samples, sampleRate }: Audio): void {
  const windowSamples = Math.round(WINDOW_SECONDS * sampleRate);
  const fftSize = 2 ** Math.ceil(Math.log2(windowSamples * 2));
  const spectrogram = linearSpectrogram(samples, {
    fftSize,
    windowSamples,
    hopSamples: Math.round(HOP_SECONDS * sampleRate),
    center: true,
  });
  const loudest = spectrogram.data.reduce((largest, value) => Math.max(largest, value), 1e-9);
  for (let x = 0; x < Math.min(spectrogram.frames, image.width); x++) {
    for (let y = 0; y < SPECTROGRAM_HEIGHT; y++) {
      const hertz = ((SPECTROGRAM_HEIGHT - 1 - y) / (SPECTROGRAM_HEIGHT - 1)) * TOP_HERTZ;
      const bin = Math.round((hertz / sampleRate) * fftSize);
      if (bin >= spectrogram.bins) continue;
      const decibels = 20 * Math.log10(spectrogram.data[bin * spectrogram.frames + x] / loudest);
      setPixel(image, x, top + y, heat(1 + decibels / RANGE_DECIBELS));
    }
  }
}

function drawPitch(image: Image, top: number, { samples, sampleRate }: Audio): void {
  for (let hertz = 100; hertz < HIGHEST_PITCH; hertz += 100) {
    for (let x = 0; x < image.width; x++) setPixel(image, x, top + pitchRow(hertz), GRID);
  }
  const track = trackPitch(samples, {
    sampleRate,
    hopSamples: Math.round(HOP_SECONDS * sampleRate),
    minimumHertz: LOWEST_PITCH,
    maximumHertz: HIGHEST_PITCH,
  });
  for (let x = 0; x < Math.min(track.hertz.length, image.width); x++) {
    if (track.hertz[x] === 0) continue;
    const y = top + pitchRow(track.hertz[x]);
    setPixel(image, x, y, CURVE);
    setPixel(image, x, y + 1, CURVE);
  }
}

/** The row of a pitch in its strip; octaves are equally high. */
function pitchRow(hertz: number): number {
  const height = Math.log2(hertz / LOWEST_PITCH) / Math.log2(HIGHEST_PITCH / LOWEST_PITCH);
  return Math.round((1 - Math.min(1, Math.max(0, height))) * (PITCH_HEIGHT - 2));
}

function drawTicks(image: Image, top: number): void {
  const halfSecond = 0.5 / HOP_SECONDS;
  for (let x = 0; x < image.width; x += halfSecond) {
    for (let y = 0; y < TICK_PIXELS; y++) setPixel(image, x, top + SPECTROGRAM_HEIGHT - 1 - y, TICK);
  }
  for (let hertz = 0; hertz <= TOP_HERTZ; hertz += 1000) {
    const y = Math.round((1 - hertz / TOP_HERTZ) * (SPECTROGRAM_HEIGHT - 1));
    for (let x = 0; x < TICK_PIXELS; x++) setPixel(image, x, top + y, TICK);
  }
}

/** Black over violet and orange to white. */
function heat(level: number): Colour {
  const value = Math.min(1, Math.max(0, level));
  return [
    255 * Math.min(1, value * 1.6),
    255 * Math.max(0, value * 1.8 - 0.8),
    255 * (value < 0.5 ? value : Math.abs(value - 0.75) * 2),
  ];
}

function setPixel(image: Image, x: number, y: number, colour: Colour): void {
  if (x < 0 || y < 0 || x >= image.width || y >= image.height) return;
  const offset = (y * image.width + x) * 3;
  for (let channel = 0; channel < 3; channel++) image.pixels[offset + channel] = Math.round(colour[channel]);
}
