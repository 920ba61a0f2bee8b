// Builds wav files byte by byte, right and wrong ones, for the reader's tests.

export interface WavBytesOptions {
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits?: number;
  blockAlign?: number;
  /** The sub-format's first two bytes, for an extensible header. */
  subformat?: number;
  data?: Uint8Array;
  /** What the headers say instead of the true sizes. */
  dataSize?: number;
  riffSize?: number;
  /** Chunks before "fmt ", before "data" and after "data". */
  first?: [string, Uint8Array][];
  middle?: [string, Uint8Array][];
  last?: [string, Uint8Array][];
  form?: 'RIFF' | 'RF64';
}

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const little = (value: number, bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256);

export function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function chunk(id: string, body: Uint8Array, size = body.length): Uint8Array {
  return join(ascii(id), little(size, 4), body, new Uint8Array(body.length % 2));
}

export function wavBytes(options: WavBytesOptions = {}): Uint8Array {
  const { tag = 1, channels = 1, sampleRate = 16000, bits = 16, data = new Uint8Array(8), form = 'RIFF' } = options;
  const blockAlign = options.blockAlign ?? channels * Math.ceil(bits / 8);
  const core = join(
    little(options.subformat === undefined ? tag : 0xfffe, 2),
    little(channels, 2),
    little(sampleRate, 4),
    little(sampleRate * blockAlign, 4),
    little(blockAlign, 2),
    little(bits, 2),
  );
  const tail = Uint8Array.from([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
  const format =
    options.subformat === undefined
      ? core
      : join(core, little(22, 2), little(bits, 2), little(0, 4), little(options.subformat, 2), tail);
  const wide: [string, Uint8Array][] =
    form === 'RF64' ? [['ds64', join(little(0, 8), little(data.length, 8), little(0, 8), little(0, 4))]] : [];
  const dataSize = options.dataSize ?? (form === 'RF64' ? 0xffffffff : data.length);
  const body = join(
    ascii('WAVE'),
    ...[...wide, ...(options.first ?? [])].map(([id, content]) => chunk(id, content)),
    chunk('fmt ', format),
    ...(options.middle ?? []).map(([id, content]) => chunk(id, content)),
    chunk('data', data, dataSize),
    ...(options.last ?? []).map(([id, content]) => chunk(id, content)),
  );
  return join(ascii(form), little(options.riffSize ?? (form === 'RF64' ? 0xffffffff : body.length), 4), body);
}

/** Samples as bytes, through a DataView setter: `samples([0.5], 4, (view, at, value) => view.setFloat32(at, value, true))`. */
export function samples(
  values: number[],
  bytes: number,
  set: (view: DataView, at: number, value: number) => void,
): Uint8Array {
  const output = new Uint8Array(values.length * bytes);
  const view = new DataView(output.buffer);
  values.forEach((value, i) => set(view, i * bytes, value));
  return output;
}

export const int16 = (...values: number[]) => samples(values, 2, (view, at, value) => view.setInt16(at, value, true));
export const float32 = (...values: number[]) =>
  samples(values, 4, (view, at, value) => view.setFloat32(at, value, true));
