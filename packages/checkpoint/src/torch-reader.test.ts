import { assemble, floats, integer, tensor, text, torchLegacy, torchZip } from '../test/pickle-assembler';
import {
  CheckpointError,
  isArrayTensor,
  readCheckpoint,
  readCheckpointFile,
  readTorch,
  stateDict,
  type ArrayTensor,
} from './index';

function failure(bytes: Uint8Array): CheckpointError {
  try {
    readTorch(bytes, 'file.pth');
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('was read without complaint');
}

const read = (body: Uint8Array, storages?: Record<string, Uint8Array>) => readTorch(torchZip(body, storages)).value;
const one = (options: Parameters<typeof tensor>[0], bytes: Uint8Array) =>
  read(tensor(options), { '0': bytes }) as ArrayTensor;

describe('plain data', () => {
  test.each([
    ['numbers', assemble('(K', 7, 'M', 1, 2, integer(-5), 'G', 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 't'), [7, 513, -5, 1.5]],
    [
      'long integers',
      assemble('(\x8a\x01', 0xff, '\x8a\x00', '\x8a\x09', 0, 0, 0, 0, 0, 0, 0, 0, 1, 't'),
      [-1, 0, 2n ** 64n],
    ],
    ['constants', assemble('N\x88\x89\x87'), [null, true, false]],
    ['texts', assemble(text('π'), 'U\x01', 0xe9, '\x86'), ['π', 'é']],
    ['lists', assemble(']K\x01a(K\x02K\x03e'), [1, 2, 3]],
    ['dicts', assemble('}', text('a'), 'K\x01s(', text('b'), 'K\x02', integer(3), 'Nu'), { a: 1, b: 2, '3': null }],
    ['sets', assemble('\x8f(K\x01K\x02\x90'), [1, 2]],
    ['repeated values', assemble(text('a'), '\x940h\x00h\x00\x86'), ['a', 'a']],
    ['named containers', assemble('c__builtin__\nset\n](K\x01e\x85R'), [1]],
    [
      'torch.Size and devices',
      assemble('ctorch\nSize\n(K\x02K\x03t\x85Rctorch\ndevice\n', text('cuda'), 'K\x00\x86R\x86'),
      [[2, 3], 'cuda:0'],
    ],
    ['element types', assemble('ctorch\nfloat16\n'), 'float16'],
    ['absolute paths', assemble('cpathlib\nPosixPath\n(', text('/'), text('a'), text('b'), 'tR'), '/a/b'],
    [
      'Windows paths',
      assemble('cpathlib._local\nWindowsPath\n(', text('C:\\'), text('a'), text('b'), 'tR'),
      'C:\\a\\b',
    ],
  ])('%s', (_, body, expected) => {
    expect(read(body)).toEqual(expected);
  });

  test('NumPy scalars are numbers', () => {
    const scalar = (code: string, bytes: string) =>
      assemble(
        'cnumpy.core.multiarray\nscalar\n(',
        ...[
          'cnumpy\ndtype\n(',
          text(code),
          '\x89\x88tR(K\x03',
          text('<'),
          'NNNJ',
          255,
          255,
          255,
          255,
          'J',
          255,
          255,
          255,
          255,
          'K\x00tb',
        ],
        ...['c_codecs\nencode\n(', text(bytes), text('latin1'), 'tR', 'tR'],
      );
    expect(read(scalar('f8', '\0\0\0\0\0\0\xf8\x3f'))).toBe(1.5);
    expect(read(scalar('i8', '\x05\0\0\0\0\0\0\0'))).toBe(5);
  });

  test('a key cannot reach the prototype of objects', () => {
    const value = read(assemble('}', text('__proto__'), '}', text('polluted'), '\x88ss')) as object;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('a dict cannot pass for a tensor', () => {
    const body = assemble('}(', text('shape'), ']', text('dtype'), text('float32'), text('data'), 'C\x01\x00u');
    expect(isArrayTensor(read(body))).toBe(false);
  });
});

describe('tensors', () => {
  const six = floats(0, 1, 2, 3, 4, 5);

  test('offsets and strides are respected', () => {
    const transposed = one({ length: 6, shape: [3, 2], strides: [1, 3] }, six);
    expect(transposed).toEqual({ shape: [3, 2], dtype: 'float32', data: Float32Array.of(0, 3, 1, 4, 2, 5) });
    const part = one({ length: 6, offset: 2, shape: [2], strides: [3] }, six);
    expect(Array.from(part.data)).toEqual([2, 5]);
    const repeated = one({ length: 6, offset: 1, shape: [2, 2], strides: [0, 1] }, six);
    expect(Array.from(repeated.data)).toEqual([1, 2, 1, 2]);
    expect(one({ length: 6, offset: 4, shape: [], strides: [] }, six).data).toEqual(Float32Array.of(4));
    expect(one({ length: 6, shape: [0, 3], strides: [3, 1] }, six).data).toHaveLength(0);
  });

  test('a storage may be shared', () => {
    const body = assemble(
      tensor({ length: 6, shape: [6], strides: [1] }),
      tensor({ length: 6, offset: 3, shape: [3], strides: [1] }),
      '\x86',
    );
    const [whole, half] = read(body, { '0': six }) as ArrayTensor[];
    expect([Array.from(whole.data), Array.from(half.data)]).toEqual([
      [0, 1, 2, 3, 4, 5],
      [3, 4, 5],
    ]);
  });

  test.each([
    ['DoubleStorage', new Float64Array([1.5, -2]), [1.5, -2]],
    ['HalfStorage', new Uint16Array([0x3e00, 0xc000]), [1.5, -2]],
    ['BFloat16Storage', new Uint16Array([0x3fc0, 0xc000]), [1.5, -2]],
    ['LongStorage', new BigInt64Array([3n, -4n]), [3, -4]],
    ['IntStorage', new Int32Array([3, -4]), [3, -4]],
    ['ShortStorage', new Int16Array([3, -4]), [3, -4]],
    ['CharStorage', new Int8Array([3, -4]), [3, -4]],
    ['ByteStorage', new Uint8Array([3, 255]), [3, 255]],
    ['BoolStorage', new Uint8Array([1, 0]), [1, 0]],
  ])('%s', (storage, array, expected) => {
    const { data } = one({ storage, length: 2, shape: [2], strides: [1] }, new Uint8Array(array.buffer));
    expect(Array.from(data)).toEqual(expected);
  });

  test('parameters are their tensors', () => {
    const body = assemble(
      'ctorch._utils\n_rebuild_parameter\n(',
      tensor({ length: 6, shape: [6], strides: [1] }),
      '\x88}tR',
    );
    expect(isArrayTensor(read(body, { '0': six }))).toBe(true);
  });

  test('legacy files bring their storages behind the pickles, and may hold views of them', () => {
    const body = assemble(tensor({ length: 6, shape: [2], strides: [1], view: 4 }));
    const file = readTorch(torchLegacy(body, { '0': { length: 6, bytes: six } }));
    expect(file.format).toBe('torch-legacy');
    expect(Array.from((file.value as ArrayTensor).data)).toEqual([4, 5]);
  });
});

describe('what is refused', () => {
  const forbidden = (module: string, name: string) =>
    failure(torchZip(assemble(`c${module}\n${name}\n`, text('echo'), '\x85R')));

  test.each([
    ['posix', 'system'],
    ['os', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'getattr'],
    ['torch.storage', '_load_from_bytes'],
    ['torch', 'constructor'],
    ['collections', 'defaultdict'],
    ['utils', 'HParams.keys'],
  ])('%s.%s is named and not called', (module, name) => {
    const error = forbidden(module, name);
    expect(error.code).toBe('forbidden-global');
    expect(error.message).toContain(`file.pth: it asks for ${module}.${name}`);
    expect(error.message).not.toContain('\n');
  });

  test('also when its name comes from the stack', () => {
    expect(failure(torchZip(assemble(text('os'), text('system'), '\x93'))).code).toBe('forbidden-global');
  });

  test('also in a legacy file, before its storages are looked at', () => {
    expect(failure(torchLegacy(assemble('cposix\nsystem\n', text('true'), '\x85R'))).code).toBe('forbidden-global');
  });

  test('control characters of a name do not reach the message', () => {
    expect(forbidden('o\x1bs', 'x').message).not.toContain('\x1b');
  });

  const cases: [string, string, Uint8Array][] = [
    ['a class as data', 'unsupported', assemble('ccollections\nOrderedDict\n')],
    [
      'a storage as data',
      'unsupported',
      assemble('(', text('storage'), 'ctorch\nFloatStorage\n', text('0'), text('cpu'), 'K\x01tQ'),
    ],
    ['a list within itself', 'too-large', assemble(']\x94h\x00a')],
    ['a deep nest', 'too-large', assemble(']'.repeat(500), 'a'.repeat(499))],
    [
      'few lists that stand for very many',
      'too-large',
      assemble(']\x94', ...Array.from({ length: 60 }, (_, i) => assemble('0](h', i, 'h', i, 'e\x94'))),
    ],
    [
      'one state for many objects',
      'damaged',
      assemble('}\x940(cutils\nHParams\n)\x81h\x00bcutils\nHParams\n)\x81h\x00bl'),
    ],
    ['a state for a dict', 'damaged', assemble('}}b')],
    ['an integer of 200 bytes', 'damaged', assemble('\x8a', 200, new Uint8Array(200))],
    ['a text beyond the file', 'truncated', assemble('X', 255, 255, 255, 255)],
    ['a text of 2^60 bytes', 'truncated', assemble('\x8d', 0, 0, 0, 0, 0, 0, 0, 16)],
    ['an empty stack', 'damaged', assemble('a')],
    ['a missing mark', 'damaged', assemble('t')],
    ['a memo that was never set', 'damaged', assemble('h', 3)],
    ['a list as a key', 'unsupported', assemble('}]Ns')],
    ['an unknown opcode', 'unsupported', assemble('\x82\x01')],
    ['a new protocol', 'unsupported', assemble('\x80\x63')],
    ['text that is not UTF-8', 'damaged', assemble('\x8c\x01\xff')],
    ['a call of a number', 'damaged', assemble('K\x01)R')],
    ['a storage without a type', 'damaged', assemble('(', text('storage'), 'Nt', 'Q')],
    ['a device made of a dict', 'damaged', assemble('ctorch\ndevice\n}\x85R')],
    ['a path made of numbers and None', 'damaged', assemble('cpathlib\nPath\nN\x85R')],
  ];
  test.each(cases)('%s', (_, code, body) => {
    expect(failure(torchZip(body)).code).toBe(code);
  });

  test.each([
    ['reaches beyond its storage', 'damaged', { length: 6, shape: [7], strides: [1] }],
    ['begins beyond its storage', 'damaged', { length: 6, offset: 6, shape: [], strides: [] }],
    ['has more lengths than strides', 'damaged', { length: 6, shape: [2, 3], strides: [1] }],
    ['has a negative length', 'damaged', { length: 6, shape: [-1], strides: [1] }],
    ['repeats one number for ever', 'too-large', { length: 6, shape: [2 ** 31 - 1, 2 ** 31 - 1], strides: [0, 0] }],
    ['has a storage of another size', 'damaged', { length: 5, shape: [5], strides: [1] }],
    ['has a storage that is not there', 'damaged', { key: '1', length: 6, shape: [6], strides: [1] }],
  ])('a tensor that %s', (_, code, options) => {
    expect(failure(torchZip(tensor(options), { '0': floats(0, 1, 2, 3, 4, 5) })).code).toBe(code);
  });

  test('many views of one storage that together are far larger than the file', () => {
    const storage = new Uint8Array(100_000);
    const view = (offset: number) =>
      tensor({ storage: 'CharStorage', length: 100_000, offset, shape: [90_000], strides: [1] });
    const body = assemble('(', ...Array.from({ length: 40 }, (_, index) => view(index)), 't');
    expect(failure(torchZip(body, { '0': storage })).code).toBe('too-large');
  });

  test('a legacy storage of impossible size', () => {
    const body = tensor({ length: 2 ** 30, shape: [1], strides: [1] });
    const storages = { '0': { length: 2 ** 30, bytes: floats(1) } };
    expect(failure(torchLegacy(body, storages)).code).toBe('truncated');
  });

  test('an integer beyond 32 bits', () => {
    const body = tensor({ storage: 'LongStorage', length: 1, shape: [1], strides: [1] });
    expect(failure(torchZip(body, { '0': new Uint8Array(BigInt64Array.of(2n ** 40n).buffer) })).code).toBe(
      'unsupported',
    );
  });

  test('files of other kinds', async () => {
    expect(failure(assemble('hello world')).code).toBe('not-a-checkpoint');
    expect(failure(new Uint8Array()).code).toBe('not-a-checkpoint');
    expect(failure(assemble('\x80\x02K\x01.')).code).toBe('not-a-checkpoint');
    expect(() => readCheckpoint(assemble('hello world'), 'notes.txt')).toThrow(
      'notes.txt: this is neither safetensors',
    );
    await expect(readCheckpointFile('/no/such/file.pth')).rejects.toMatchObject({
      code: 'unreadable',
      source: '/no/such/file.pth',
    });
    await expect(readCheckpointFile(__dirname)).rejects.toMatchObject({ code: 'unreadable' });
  });
});

test('stateDict takes the tensors of one dict and says where there are none', () => {
  const file = readTorch(
    torchZip(
      assemble(
        '}(',
        text('weight'),
        '}(',
        text('a'),
        tensor({ length: 1, shape: [1], strides: [1] }),
        text('note'),
        'Nu',
        text('info'),
        'Nu',
      ),
      { '0': floats(1) },
    ),
    'G.pth',
  );
  expect([...stateDict(file, 'weight').keys()]).toEqual(['a']);
  expect(() => stateDict(file, 'model')).toThrow(/^G\.pth: there are no weights under model/);
  expect(() => stateDict(file)).toThrow(CheckpointError);
});
