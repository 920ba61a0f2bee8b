import fc from 'fast-check';
import { float32, int16, join, samples, wavBytes } from '../test/wav-bytes';
import { AudioFileError } from './errors';
import { readWav } from './wav-reader';
import { writeWav } from './wav-writer';

function codeOf(bytes: Uint8Array): string {
  try {
    readWav(bytes, { name: 'speech.wav' });
  } catch (error) {
    expect(error).toBeInstanceOf(AudioFileError);
    expect((error as Error).message).toMatch(/^speech\.wav: [^\n]+$/);
    return (error as AudioFileError).code;
  }
  return 'read';
}

describe('readWav reads', () => {
  const halves = [0.5, -0.5, 0, -1];

  test.each([
    ['8-bit', { bits: 8, data: Uint8Array.from([192, 64, 128, 0]) }],
    ['16-bit', { data: int16(0x4000, -0x4000, 0, -0x8000) }],
    ['24-bit', { bits: 24, data: Uint8Array.from([0, 0, 0x40, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0x80]) }],
    ['32-bit', { bits: 32, data: samples(halves, 4, (view, at, value) => view.setInt32(at, value * 2 ** 31, true)) }],
    ['32-bit float', { tag: 3, bits: 32, data: float32(...halves) }],
    [
      '64-bit float',
      { tag: 3, bits: 64, data: samples(halves, 8, (view, at, value) => view.setFloat64(at, value, true)) },
    ],
    ['extensible PCM', { subformat: 1, data: int16(0x4000, -0x4000, 0, -0x8000) }],
    ['extensible float', { subformat: 3, bits: 32, data: float32(...halves) }],
    ['RF64', { form: 'RF64' as const, data: int16(0x4000, -0x4000, 0, -0x8000) }],
    [
      'a streaming header of ffmpeg',
      { dataSize: 0xffffffff, riffSize: 0xffffffff, data: int16(0x4000, -0x4000, 0, -0x8000) },
    ],
    [
      'a streaming header of SoX',
      { dataSize: 0x7ffff000, riffSize: 0x7ffff024, data: int16(0x4000, -0x4000, 0, -0x8000) },
    ],
    [
      'a header whose sizes were never filled in',
      { dataSize: 0, riffSize: 0, data: int16(0x4000, -0x4000, 0, -0x8000) },
    ],
    [
      'chunks in between and after, with odd sizes',
      {
        first: [['JUNK', new Uint8Array(3)] as [string, Uint8Array]],
        middle: [['LIST', new Uint8Array(5)] as [string, Uint8Array]],
        last: [['id3 ', new Uint8Array(7)] as [string, Uint8Array]],
        data: int16(0x4000, -0x4000, 0, -0x8000),
      },
    ],
  ])('%s', (_name, options) => {
    const audio = readWav(wavBytes({ sampleRate: 22050, ...options }));
    expect(audio.sampleRate).toBe(22050);
    expect([...audio.samples]).toEqual(halves);
  });

  test('stereo as the mean of its channels', () => {
    expect([...readWav(wavBytes({ channels: 2, data: int16(0x4000, 0, -0x4000, -0x4000) })).samples]).toEqual([
      0.25, -0.5,
    ]);
  });

  test('float samples beyond full scale, clipped', () => {
    expect([...readWav(wavBytes({ tag: 3, bits: 32, data: float32(1.5, -3, 0.25) })).samples]).toEqual([1, -1, 0.25]);
  });

  test('a view into a larger buffer at an odd offset', () => {
    const bytes = join(new Uint8Array(3), wavBytes({ data: int16(0x4000) }));
    expect([...readWav(bytes.subarray(3)).samples]).toEqual([0.5]);
  });

  test('sound cut inside a frame under a streaming header, without the broken frame', () => {
    expect(readWav(wavBytes({ dataSize: 0xffffffff, data: int16(1, 2, 3) }).subarray(0, -1)).samples).toHaveLength(2);
  });
});

describe('readWav reads with a warning, as ffmpeg and SoX do without one,', () => {
  const stereo = int16(0x4000, 0x4000, -0x4000, -0x4000);
  const bytes = (more: number) => new Uint8Array(more).fill(0x55);
  test.each([
    ['16 bits and a stray byte', { data: join(int16(0x4000, -0x4000), bytes(1)) }, /1 stray bytes/],
    ['two channels and a byte', { channels: 2, data: join(stereo, bytes(1)) }, /1 stray bytes/],
    ['two channels and half a frame', { channels: 2, data: join(stereo, bytes(2)) }, /2 stray bytes/],
    [
      '24 bits and two bytes',
      { bits: 24, data: join(bytes(0), Uint8Array.from([0, 0, 0x40, 0, 0, 0xc0, 1, 1])) },
      /2 stray/,
    ],
    ['float and three bytes', { tag: 3, bits: 32, data: join(float32(0.5, -0.5), bytes(3)) }, /3 stray bytes/],
    [
      'a stray byte, with a chunk after it',
      { data: join(int16(0x4000, -0x4000), bytes(1)), last: [['LIST', bytes(4)] as [string, Uint8Array]] },
      /1 stray/,
    ],
    ['a block alignment of 0', { blockAlign: 0, data: int16(0x4000, -0x4000) }, /block alignment is 0; 1 × 16 bits/],
    ['that, in two channels', { blockAlign: 0, channels: 2, data: stereo }, /2 × 16 bits/],
    [
      'that, in an extensible float header',
      { blockAlign: 0, subformat: 3, bits: 32, data: float32(0.5, -0.5) },
      /1 × 32 bits/,
    ],
    ['that, of 8 bits', { blockAlign: 0, bits: 8, data: Uint8Array.from([192, 64]) }, /1 × 8 bits/],
  ])('%s', (_name, options, warning) => {
    const warnings: string[] = [];
    const { samples: read } = readWav(wavBytes(options), { name: 'speech.wav', warn: (line) => warnings.push(line) });
    expect([...read]).toEqual([0.5, -0.5]);
    expect(warnings).toEqual([expect.stringMatching(/^speech\.wav: [^\n]+$/)]);
    expect(warnings[0]).toMatch(warning);
  });

  test('the 90401 bytes of a recorder that pads nothing', () => {
    expect(readWav(wavBytes({ data: bytes(90401) })).samples).toHaveLength(45200);
  });

  test('not a sound of one stray byte alone', () => {
    expect(codeOf(wavBytes({ data: bytes(1) }))).toBe('empty');
  });
});

describe('readWav refuses, naming the file,', () => {
  test.each([
    ['an empty file', new Uint8Array(0), 'empty'],
    ['text', Uint8Array.from('This is not sound at all.', (c) => c.charCodeAt(0)), 'not-wav'],
    [
      'another RIFF form',
      join(
        wavBytes().subarray(0, 8),
        Uint8Array.from('AVI ', (c) => c.charCodeAt(0)),
        wavBytes().subarray(12),
      ),
      'not-wav',
    ],
    ['no samples', wavBytes({ data: new Uint8Array(0) }), 'empty'],
    ['a streaming header with nothing after it', wavBytes({ data: new Uint8Array(0), dataSize: 0xffffffff }), 'empty'],
    ['sound cut short', wavBytes({ data: new Uint8Array(100), dataSize: 2000 }), 'truncated'],
    ['a header cut short', wavBytes().subarray(0, 30), 'truncated'],
    ['a file that ends before its sound', wavBytes().subarray(0, 36), 'truncated'],
    ['a file that ends before its format', wavBytes().subarray(0, 12), 'malformed'],
    ['A-law', wavBytes({ tag: 6, bits: 8 }), 'unsupported'],
    ['16-bit float', wavBytes({ tag: 3, bits: 16 }), 'unsupported'],
    ['40-bit PCM', wavBytes({ bits: 40, data: new Uint8Array(10) }), 'unsupported'],
    ['an unknown extensible sub-format', wavBytes({ subformat: 0x55 }), 'unsupported'],
    ['no channels', wavBytes({ channels: 0 }), 'malformed'],
    ['no sample rate', wavBytes({ sampleRate: 0 }), 'malformed'],
    ['an impossible sample rate', wavBytes({ sampleRate: 4_000_000_000 }), 'malformed'],
    ['frames that do not fit their samples', wavBytes({ blockAlign: 3 }), 'malformed'],
    ['NaN', wavBytes({ tag: 3, bits: 32, data: float32(0, NaN) }), 'not-finite'],
    ['infinity', wavBytes({ tag: 3, bits: 32, data: float32(0, -Infinity) }), 'not-finite'],
    ['an RF64 file that says 2^60 bytes', withWideSize(2n ** 60n), 'malformed'],
    ['an RF64 file that says 2^40 bytes', withWideSize(2n ** 40n), 'truncated'],
    [
      'a chunk that reaches past the end',
      join(wavBytes({ middle: [['LIST', new Uint8Array(4)]] }).subarray(0, 40), Uint8Array.from([255, 255, 255, 127])),
      'truncated',
    ],
  ])('%s', (_name, bytes, code) => {
    expect(codeOf(bytes)).toBe(code);
  });

  test('sound before its format', () => {
    const bytes = wavBytes();
    expect(codeOf(join(bytes.subarray(0, 12), bytes.subarray(36), bytes.subarray(12, 36)))).toBe('malformed');
  });

  test('every shortened file', () => {
    const bytes = wavBytes({ data: int16(...Array.from({ length: 20 }, (_, i) => i)) });
    for (let length = 0; length < bytes.length; length++) expect(codeOf(bytes.subarray(0, length))).not.toBe('read');
  });
});

/** A size that is a whole number of frames yet far beyond the file. */
function withWideSize(size: bigint): Uint8Array {
  const bytes = wavBytes({ form: 'RF64', data: int16(1, 2) });
  new DataView(bytes.buffer).setBigUint64(28, size, true);
  return bytes;
}

test('altered files are read or refused with AudioFileError, nothing else', () => {
  const original = wavBytes({ form: 'RF64', subformat: 3, bits: 32, channels: 2, data: float32(0.1, 0.2, 0.3, 0.4) });
  const alteration = fc.record({ at: fc.nat(original.length - 1), value: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(alteration, { minLength: 1, maxLength: 6 }), (alterations) => {
      const bytes = original.slice();
      for (const { at, value } of alterations) bytes[at] = value;
      codeOf(bytes);
    }),
    { numRuns: 500, seed: 7 },
  );
});

test('what was written is read back: 16-bit to the last bit, float exactly', () => {
  const bytes = wavBytes({ data: int16(-0x8000, -1, 0, 1, 0x7fff) });
  expect(writeWav(readWav(bytes))).toEqual(bytes);
  const audio = { samples: Float32Array.from([0.1, -0.7, 1]), sampleRate: 48000 };
  expect(readWav(writeWav(audio, { bitDepth: 'float32' }))).toEqual(audio);
});
