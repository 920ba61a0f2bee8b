// Reads wav files: RIFF with its 64-bit form (RF64, EBU Tech 3306), PCM and float samples, WAVE_FORMAT_EXTENSIBLE
// (Microsoft's "Multiple channel audio data and WAVE files"). Nothing in a header is believed before it is checked
// against the bytes that are there, and memory is allocated only after that.
import { type Audio } from './audio';
import { AudioFileError, type AudioFileErrorCode } from './errors';

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;
/** The last 14 bytes of every extensible sub-format whose first two are an ordinary format tag. */
const SUBFORMAT_TAIL = '000000001000800000aa00389b71';

/** Writers that cannot go back to fill in the size leave 0 or a size near 2³¹ or 2³² there (ffmpeg, flite, SoX to a pipe). */
const isStreamingSize = (size: number) => size === 0 || size >= 0x7ffff000;

const MAXIMUM_SAMPLE_RATE = 768_000;
const MAXIMUM_CHANNELS = 1024;

export interface ReadWavOptions {
  /** What to call the file in errors and warnings. */
  name?: string;
  /** Told, in one line, what was wrong with a file that could be read all the same. */
  warn?: (warning: string) => void;
}

/** What to do about what is wrong: `fail` gives up, `warn` goes on. */
interface Findings {
  fail(code: AudioFileErrorCode, problem: string): never;
  warn(problem: string): void;
}
type Fail = Findings['fail'];

interface WavFormat {
  encoding: 'integer' | 'float';
  channels: number;
  sampleRate: number;
  bytesPerSample: number;
}

/** A part of the file, in bytes from its beginning. */
interface ByteRange {
  start: number;
  end: number;
}

/**
 * Decodes a whole wav file and mixes its channels to one (their mean).
 *
 * Reads PCM of 8 to 32 bits, 32- and 64-bit float, extensible headers, RIFF and RF64, and streaming headers whose sizes
 * were never filled in. Float samples outside [−1, 1] are clipped to it. Bytes after the last whole frame are dropped and a block
 * alignment of 0 is worked out, as ffmpeg and SoX do, with a warning.
 *
 * @throws AudioFileError when it is not such a file, is cut short, holds no samples, or holds NaN or infinity
 */
export function readWav(bytes: Uint8Array, { name = 'wav data', warn }: ReadWavOptions = {}): Audio {
  const fail: Fail = (code, problem) => {
    throw new AudioFileError(code, `${name}: ${problem}`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { format, data } = findChunks(view, { fail, warn: (problem) => warn?.(`${name}: ${problem}`) });
  return { samples: mixToMono(view, format, data, fail), sampleRate: format.sampleRate };
}

/** Whether the bytes begin as a wav file does (RIFF or RF64 with a WAVE form). */
export function looksLikeWav(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  return ['RIFF', 'RF64', 'BW64'].includes(fourCharacters(view, 0)) && fourCharacters(view, 8) === 'WAVE';
}

function findChunks(view: DataView, findings: Findings): { format: WavFormat; data: ByteRange } {
  const { fail } = findings;
  if (view.byteLength === 0) fail('empty', 'the file is empty; record or copy it again');
  if (!looksLikeWav(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))) {
    fail('not-wav', 'not a wav file (no RIFF/WAVE header); convert it with `ffmpeg -i INPUT output.wav`');
  }
  const wide = fourCharacters(view, 0) !== 'RIFF';
  let wideDataSize: number | undefined;
  let format: WavFormat | undefined;
  let offset = 12;
  while (offset + 8 <= view.byteLength) {
    const id = fourCharacters(view, offset);
    const size = view.getUint32(offset + 4, true);
    const start = offset + 8;
    const available = view.byteLength - start;
    if (id === 'data') {
      if (!format) return fail('malformed', 'its "data" chunk comes before its "fmt " chunk; convert it again');
      const range =
        wide && size === 0xffffffff && wideDataSize
          ? { size: wideDataSize, final: true }
          : { size, final: !isStreamingSize(size) };
      return { format, data: dataRange(format, start, available, range, findings) };
    }
    if (size > available) {
      fail(
        'truncated',
        `it ends inside its "${printable(id)}" chunk (${available} of ${size} bytes); copy or convert it again`,
      );
    }
    if (id === 'ds64' && wide) wideDataSize = readWideDataSize(view, start, size, fail);
    if (id === 'fmt ') format = readFormat(view, start, size, findings);
    offset = start + size + (size % 2); // chunks begin at even offsets
  }
  return fail(
    format ? 'truncated' : 'malformed',
    `it ends before its ${format ? '"data"' : '"fmt "'} chunk; copy or convert it again`,
  );
}

/** `final` is false for a size that may never have been filled in: the sound then reaches to the end of the file. */
function dataRange(
  format: WavFormat,
  start: number,
  available: number,
  { size, final }: { size: number; final: boolean },
  { fail, warn }: Findings,
): ByteRange {
  const frameBytes = format.channels * format.bytesPerSample;
  const streaming = !final && (size > available || size === 0);
  if (!streaming && size > available) {
    fail('truncated', `it ends inside its sound (${available} of ${size} bytes are there); copy or record it again`);
  }
  const sound = streaming ? available : size;
  const rest = sound % frameBytes;
  // A stream may be cut anywhere; a size that was written at the end is wrong where it is no number of frames.
  if (rest > 0 && !streaming) warn(`its sound has ${rest} stray bytes at the end, which are left out`);
  const bytes = sound - rest;
  if (bytes === 0) fail('empty', 'it holds no samples; record it again');
  return { start, end: start + bytes };
}

function readWideDataSize(view: DataView, start: number, size: number, fail: Fail): number {
  if (size < 24) fail('malformed', `its "ds64" chunk is ${size} bytes, at least 24 are needed; convert it again`);
  const dataSize = view.getBigUint64(start + 8, true);
  if (dataSize > BigInt(Number.MAX_SAFE_INTEGER))
    fail('malformed', 'its "ds64" chunk gives an impossible size; convert it again');
  return Number(dataSize);
}

function readFormat(view: DataView, start: number, size: number, { fail, warn }: Findings): WavFormat {
  if (size < 16) fail('malformed', `its "fmt " chunk is ${size} bytes, at least 16 are needed; convert it again`);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const frameBytes = view.getUint16(start + 12, true);
  const bits = view.getUint16(start + 14, true);
  if (channels < 1 || channels > MAXIMUM_CHANNELS)
    fail('malformed', `it says it has ${channels} channels; convert it again`);
  if (sampleRate < 1 || sampleRate > MAXIMUM_SAMPLE_RATE) {
    fail(
      'malformed',
      `it says it has ${sampleRate} samples a second (1 to ${MAXIMUM_SAMPLE_RATE} make sense); convert it again`,
    );
  }
  const tag = readFormatTag(view, start, size, fail);
  const bytesPerSample = Math.ceil(bits / 8);
  const known = tag === FORMAT_PCM ? bits >= 1 && bits <= 32 : tag === FORMAT_FLOAT && (bits === 32 || bits === 64);
  if (!known) {
    const what = tag === FORMAT_PCM || tag === FORMAT_FLOAT ? `${bits}-bit samples` : `encoding ${tag}`;
    fail('unsupported', `${what} cannot be read; convert it with \`ffmpeg -i INPUT -c:a pcm_s16le output.wav\``);
  }
  if (frameBytes === 0) warn(`its block alignment is 0; ${channels} × ${bits} bits are taken for a frame`);
  else if (frameBytes !== channels * bytesPerSample) {
    fail(
      'malformed',
      `${channels} channels of ${bits} bits do not make frames of ${frameBytes} bytes; convert it again`,
    );
  }
  return { encoding: tag === FORMAT_PCM ? 'integer' : 'float', channels, sampleRate, bytesPerSample };
}

function readFormatTag(view: DataView, start: number, size: number, fail: Fail): number {
  const tag = view.getUint16(start, true);
  if (tag !== FORMAT_EXTENSIBLE) return tag;
  if (size < 40)
    return fail('malformed', `its extensible "fmt " chunk is ${size} bytes, 40 are needed; convert it again`);
  const tail = Array.from({ length: 14 }, (_, i) =>
    view
      .getUint8(start + 26 + i)
      .toString(16)
      .padStart(2, '0'),
  ).join('');
  return tail === SUBFORMAT_TAIL ? view.getUint16(start + 24, true) : FORMAT_EXTENSIBLE;
}

function mixToMono(view: DataView, format: WavFormat, data: ByteRange, fail: Fail): Float32Array {
  const { channels, bytesPerSample } = format;
  const read = sampleReader(view, format);
  const frameBytes = channels * bytesPerSample;
  const length = (data.end - data.start) / frameBytes;
  const samples = new Float32Array(length);
  let offset = data.start;
  for (let i = 0; i < length; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      const value = read(offset);
      // A comparison that NaN fails too: clipping must not hide it.
      if (!(value >= -1 && value <= 1)) {
        if (!Number.isFinite(value))
          fail('not-finite', `sample ${i} is ${value}; convert it again from a sound source`);
        sum += value > 0 ? 1 : -1;
      } else sum += value;
      offset += bytesPerSample;
    }
    samples[i] = sum / channels;
  }
  return samples;
}

/** A function from a byte offset to the sample there, scaled to [−1, 1]. */
function sampleReader(view: DataView, { encoding, bytesPerSample }: WavFormat): (offset: number) => number {
  if (encoding === 'float') {
    return bytesPerSample === 4 ? (at) => view.getFloat32(at, true) : (at) => view.getFloat64(at, true);
  }
  switch (bytesPerSample) {
    case 1:
      return (at) => (view.getUint8(at) - 128) / 128; // 8-bit wav is the one unsigned form
    case 2:
      return (at) => view.getInt16(at, true) / 0x8000;
    case 3:
      return (at) => (view.getUint8(at) | (view.getInt16(at + 1, true) << 8)) / 0x800000;
    default:
      return (at) => view.getInt32(at, true) / 0x80000000;
  }
}

function fourCharacters(view: DataView, offset: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(offset + i)));
}

/** A chunk's name as text that is safe to print: altered files may hold anything there. */
function printable(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?');
}
