// NumPy's scalars in a pickle (a loss or learning rate that someone saved without float()): read as numbers. Arrays are not taken.
import { latin1Bytes } from './latin1';
import { type StoredType } from './array-tensor';
import { CheckpointError } from './errors';
import { PickleGlobal } from './pickle-reader';
import { decodeValues, STORED_BYTES } from './stored-values';

const SCALAR_MODULES = new Set(['numpy.core.multiarray', 'numpy._core.multiarray']);

/** NumPy's codes of element types. */
const CODES: Readonly<Record<string, StoredType>> = {
  f8: 'float64',
  f4: 'float32',
  f2: 'float16',
  i8: 'int64',
  i4: 'int32',
  i2: 'int16',
  i1: 'int8',
  u1: 'uint8',
  b1: 'bool',
};

const LONGEST_SCALAR = 16;

class NumpyType {
  isLittleEndian = true;

  constructor(readonly dtype: StoredType) {}
}

export function isNumpyName(module: string, name: string): boolean {
  return (
    (SCALAR_MODULES.has(module) && name === 'scalar') ||
    (module === 'numpy' && name === 'dtype') ||
    (module === '_codecs' && name === 'encode')
  );
}

export function numpyGlobal(module: string, name: string, source: string): PickleGlobal {
  const full = `${module} ${name}`;
  const unsupported = () =>
    new CheckpointError(
      'unsupported',
      source,
      `it holds a NumPy value of a kind that is not read; save plain numbers.`,
    );

  if (name === 'dtype') {
    const create = ([code]: readonly unknown[]) => {
      if (typeof code !== 'string' || !Object.hasOwn(CODES, code)) throw unsupported();
      return new NumpyType(CODES[code]);
    };
    const build = (instance: object, state: unknown) => {
      if (instance instanceof NumpyType && Array.isArray(state)) instance.isLittleEndian = state[1] !== '>';
    };
    return new PickleGlobal(full, create, build);
  }
  if (name === 'scalar') {
    return new PickleGlobal(full, ([type, bytes]) => {
      if (!(type instanceof NumpyType) || !type.isLittleEndian || !(bytes instanceof Uint8Array)) throw unsupported();
      if (bytes.length !== STORED_BYTES[type.dtype]) throw unsupported();
      if (type.dtype === 'bool') return bytes[0] !== 0;
      if (type.dtype === 'float64') return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
      return decodeValues(bytes, type.dtype, source)[0];
    });
  }
  // Protocol 2 has no bytes: it stores them as text and asks for its encoding.
  return new PickleGlobal(full, ([text, encoding]) => {
    if (typeof text !== 'string' || text.length > LONGEST_SCALAR || encoding !== 'latin1') throw unsupported();
    return latin1Bytes(text);
  });
}
