// Writes one channel of sound as a wav file: 16-bit PCM, which everything plays, or 32-bit float, which loses nothing.
import { type Audio } from './audio';
import { AudioError, requireWhole } from './errors';

/** How samples are stored. */
export interface WriteWavOptions {
  /** 16: PCM, rounded and clipped to [−1, 1). 'float32': as they are. Default 16. */
  bitDepth?: 16 | 'float32';
  /** Whether a file says that a machine spoke it (`markSynthetic`); only of `writeWavFile`. Default false. */
  synthetic?: boolean;
}

const MAXIMUM_RIFF_BYTES = 0xffffffff;

/**
 * Encodes `audio` as a wav file. Reading 16-bit samples and writing them again gives the same bytes.
 *
 * @throws AudioError for NaN or infinite samples, a sample rate that is not a positive whole number, or over 4 GiB
 */
export function writeWav(audio: Audio, { bitDepth = 16 }: WriteWavOptions = {}): Uint8Array {
  const { samples, sampleRate } = audio;
  requireWhole('sampleRate', sampleRate, 1, 0xffffffff);
  if (bitDepth !== 16 && bitDepth !== 'float32') {
    throw new AudioError('bad-option', `bitDepth is ${String(bitDepth)}; give 16 or 'float32'`);
  }
  const float = bitDepth === 'float32';
  const bytesPerSample = float ? 4 : 2;
  const dataBytes = samples.length * bytesPerSample;
  const headerBytes = float ? 58 : 44;
  if (headerBytes + dataBytes > MAXIMUM_RIFF_BYTES) {
    throw new AudioError(
      'too-long',
      `${samples.length} samples do not fit into a wav file of 4 GiB; write it in parts`,
    );
  }
  const bytes = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(bytes.buffer);
  const text = (offset: number, value: string) => {
    for (let i = 0; i < value.length; i++) bytes[offset + i] = value.charCodeAt(i);
  };
  text(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, float ? 18 : 16, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * bytesPerSample, true);
  view.setUint16(32, bytesPerSample, true);
  view.setUint16(34, bytesPerSample * 8, true);
  if (float) {
    // Formats other than PCM say the size of their (absent) extension and their length in samples.
    text(38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, samples.length, true);
  }
  text(headerBytes - 8, 'data');
  view.setUint32(headerBytes - 4, dataBytes, true);
  // Looked up once: where globals are slow (inside jest, for one) they would take most of the time.
  const { isFinite: finite } = Number;
  const { max, min, round } = Math;
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    if (!finite(sample))
      throw new AudioError('not-finite', `sample ${i} is ${sample}; only finite samples can be written`);
    if (float) view.setFloat32(headerBytes + 4 * i, sample, true);
    else view.setInt16(headerBytes + 2 * i, max(-0x8000, min(0x7fff, round(sample * 0x8000))), true);
  }
  return bytes;
}
