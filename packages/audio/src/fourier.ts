// Fourier transforms of a fixed power-of-two size over fft.js, with buffers that are made once.
import FFT from 'fft.js';
import { AudioError } from './errors';

/** What is used of fft.js, whose own types know only plain arrays; complex numbers lie side by side (re, im). */
interface ComplexFourier {
  transform(output: Float64Array, input: Float64Array): void;
  realTransform(output: Float64Array, input: Float64Array): void;
  inverseTransform(output: Float64Array, input: Float64Array): void;
}

/** Throws `AudioError` unless `size` is a power of two from 4 to 2²⁰. */
export function requireFourierSize(name: string, size: number): void {
  if (!Number.isInteger(size) || size < 4 || size > 2 ** 20 || (size & (size - 1)) !== 0) {
    throw new AudioError('bad-option', `${name} is ${size}; give a power of two from 4 to 1048576`);
  }
}

/** Squared magnitudes of real frames. */
export class PowerSpectrum {
  /** size ÷ 2 + 1: from 0 Hz to the Nyquist frequency. */
  readonly bins: number;
  private readonly fourier: ComplexFourier;
  private readonly complex: Float64Array;

  constructor(size: number) {
    requireFourierSize('fftSize', size);
    this.bins = size / 2 + 1;
    this.fourier = new FFT(size) as unknown as ComplexFourier;
    this.complex = new Float64Array(2 * size);
  }

  /** Fills `power` (bins values) with |X|² of `frame` (size values). */
  compute(frame: Float64Array, power: Float64Array): void {
    this.fourier.realTransform(this.complex, frame);
    for (let bin = 0; bin < this.bins; bin++) {
      power[bin] = this.complex[2 * bin] ** 2 + this.complex[2 * bin + 1] ** 2;
    }
  }
}

/** Cross-correlation of a frame's beginning with the whole frame, by one transform there and one back. */
export class BeginningCorrelation {
  private readonly size: number;
  private readonly fourier: ComplexFourier;
  private readonly packed: Float64Array;
  private readonly spectrum: Float64Array;

  /** `frameSamples` is the longest frame that will come. */
  constructor(frameSamples: number) {
    this.size = Math.max(4, 2 ** Math.ceil(Math.log2(frameSamples)));
    this.fourier = new FFT(this.size) as unknown as ComplexFourier;
    this.packed = new Float64Array(2 * this.size);
    this.spectrum = new Float64Array(2 * this.size);
  }

  /** Fills `correlation[lag]` with Σ frame[j]·frame[j + lag] over j < `beginning`, for lags up to frame.length − beginning. */
  compute(frame: Float64Array, beginning: number, correlation: Float64Array): void {
    const { size, packed, spectrum } = this;
    // Two real signals share one complex transform: the beginning as real part, the whole frame as imaginary part.
    packed.fill(0);
    for (let i = 0; i < frame.length; i++) {
      if (i < beginning) packed[2 * i] = frame[i];
      packed[2 * i + 1] = frame[i];
    }
    this.fourier.transform(spectrum, packed);
    for (let k = 0; k <= size / 2; k++) {
      const at = 2 * k;
      const mirror = 2 * ((size - k) % size);
      // A = (Z + conj Z′)/2 and B = (Z − conj Z′)/2i are the spectra of the two signals; the correlation's is conj(A)·B,
      // which is its own mirror's conjugate, because the correlation is real.
      const aRe = (spectrum[at] + spectrum[mirror]) / 2;
      const aIm = (spectrum[at + 1] - spectrum[mirror + 1]) / 2;
      const bRe = (spectrum[at + 1] + spectrum[mirror + 1]) / 2;
      const bIm = (spectrum[mirror] - spectrum[at]) / 2;
      const re = aRe * bRe + aIm * bIm;
      const im = aRe * bIm - aIm * bRe;
      packed[mirror] = re;
      packed[mirror + 1] = -im;
      packed[at] = re;
      packed[at + 1] = im;
    }
    this.fourier.inverseTransform(spectrum, packed);
    for (let lag = 0; lag < correlation.length; lag++) correlation[lag] = spectrum[2 * lag];
  }
}
