// `.npy` files of one Python object (numpy.save of a dict): a NumPy header, then a pickle of an array without axes that holds
// the object. Upstream's training index consists of such files. Format: numpy/lib/format.py; nothing in a file is executed.
import { latin1 } from './latin1';
import { ByteReader } from './byte-reader';
import { ByteWriter } from './byte-writer';
import { CheckpointError, printable } from './errors';
import { isNumpyName, numpyGlobal } from './numpy-globals';
import { PickleGlobal, readPickle } from './pickle-reader';
import { checkPlainData } from './plain-data';
import { type CheckpointValue } from './values';

/** What {@link writeNumpyObject} takes. Whole numbers become Python's int. */
export type PlainObject =
  null | boolean | number | string | readonly PlainObject[] | { readonly [key: string]: PlainObject };

const MAGIC = '\x93NUMPY';
const ALIGNMENT = 64;
const ARRAY_MODULES = new Set(['numpy.core.multiarray', 'numpy._core.multiarray']);
/** Items that Python's pickler adds to a list or dict at once. */
const BATCH = 1000;

/** An array in the making: `_reconstruct` makes it empty, its state brings what it holds. */
class ObjectArray {
  content: unknown;
}

/**
 * Reads a `.npy` file that holds one object.
 * @throws CheckpointError `unsupported` for arrays of numbers or of several objects
 */
export function readNumpyObject(bytes: Uint8Array, source = 'npy file'): CheckpointValue {
  const reader = new ByteReader(bytes, source);
  if (bytes.length < 10 || latin1(reader.take(MAGIC.length)) !== MAGIC) {
    throw new CheckpointError('not-a-checkpoint', source, 'this is not a file of numpy.save.');
  }
  const major = reader.uint8();
  reader.uint8();
  const header = latin1(reader.take(major === 1 ? reader.uint16() : reader.uint32()));
  if (!/'descr':\s*'\|O'/.test(header) || !/'shape':\s*\(\s*\)/.test(header)) {
    throw new CheckpointError('unsupported', source, `it holds ${printable(header.trim())}, not one pickled object.`);
  }
  const array = readPickle(reader, {
    global: (module, name) => objectGlobal(module, name, source),
    persistent: () => {
      throw broken(source);
    },
  });
  const content = array instanceof ObjectArray ? array.content : undefined;
  if (!Array.isArray(content) || content.length !== 1) throw broken(source);
  return checkPlainData(content[0], source);
}

function objectGlobal(module: string, name: string, source: string): unknown {
  const full = `${module} ${name}`;
  if (ARRAY_MODULES.has(module) && name === '_reconstruct') {
    return new PickleGlobal(
      full,
      () => new ObjectArray(),
      (instance, state) => {
        if (!(instance instanceof ObjectArray) || !Array.isArray(state)) throw broken(source);
        instance.content = state[4]; // (version, shape, dtype, Fortran order, objects)
      },
    );
  }
  if (full === 'numpy ndarray') return new PickleGlobal(full, () => null);
  if (full === 'numpy dtype') {
    const number = numpyGlobal(module, name, source) as PickleGlobal;
    return new PickleGlobal(
      full,
      (parameters) => (/^O\d?$/.test(String(parameters[0])) ? {} : number.call(parameters)),
      (instance, state) => number.build?.(instance, state),
    );
  }
  if (isNumpyName(module, name)) return numpyGlobal(module, name, source);
  throw new CheckpointError(
    'forbidden-global',
    source,
    `it asks for ${printable(`${module}.${name}`)}, which plain data does not need; nothing was executed.`,
  );
}

/** Makes a `.npy` file, byte for byte as `numpy.save(path, value)` of NumPy 1 does; NumPy 2 reads it too. */
export function writeNumpyObject(value: PlainObject): Uint8Array {
  const description = "{'descr': '|O', 'fortran_order': False, 'shape': (), }";
  const padding = ALIGNMENT - ((MAGIC.length + 4 + description.length + 1) % ALIGNMENT);
  const header = `${description}${' '.repeat(padding % ALIGNMENT)}\n`;
  const writer = new ByteWriter().raw(Uint8Array.from(MAGIC, (letter) => letter.charCodeAt(0))).uint8(1, 0);
  return writer.uint16(header.length).text(header).raw(new ObjectPickler().pickle(value)).finish();
}

/** Python's pickle protocol 3, of an array of one object. */
class ObjectPickler {
  readonly #bytes = new ByteWriter().uint8(0x80, 3);
  #memorised = 0;

  pickle(value: PlainObject): Uint8Array {
    const bytes = this.#bytes;
    const global = (name: string) => {
      bytes.text(`c${name}`);
      this.#memorise();
    };
    global('numpy.core.multiarray\n_reconstruct\n');
    global('numpy\nndarray\n');
    bytes.text('K').uint8(0, 0x85); // (0,)
    this.#memorise();
    bytes.text('C').uint8(1).text('b');
    this.#memorise();
    bytes.uint8(0x87); // (ndarray, (0,), b'b')
    this.#memorise();
    bytes.text('R');
    this.#memorise();
    bytes.text('(K').uint8(1).text(')'); // version 1, shape ()
    global('numpy\ndtype\n');
    this.#text('O8');
    bytes.uint8(0x89, 0x88, 0x87); // (False, True) and their tuple
    this.#memorise();
    bytes.text('R');
    this.#memorise();
    bytes.text('(K').uint8(3);
    this.#text('|');
    bytes.text('NNNJ').int32(-1).text('J').int32(-1).text('K').uint8(63).text('t');
    this.#memorise();
    bytes.text('b').uint8(0x89).text(']');
    this.#memorise();
    this.#write(value);
    bytes.text('at');
    this.#memorise();
    return bytes.text('b.').finish();
  }

  #write(value: PlainObject): void {
    if (value === null) this.#bytes.text('N');
    else if (typeof value === 'boolean') this.#bytes.uint8(value ? 0x88 : 0x89);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (Array.isArray(value)) this.#list(value as readonly PlainObject[]);
    else this.#dict(Object.entries(value));
  }

  #number(value: number): void {
    const bytes = this.#bytes;
    if (value !== (value | 0)) bytes.text('G').float64BigEndian(value);
    else if (value < 0 || value > 0xffff) bytes.text('J').int32(value);
    else if (value > 0xff) bytes.text('M').uint16(value);
    else bytes.text('K').uint8(value);
  }

  #text(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.#bytes.text('X').uint32(encoded.length).raw(encoded);
    this.#memorise();
  }

  #list(items: readonly PlainObject[]): void {
    this.#bytes.text(']');
    this.#memorise();
    this.#batches(items, 'a', 'e', (item) => this.#write(item));
  }

  #dict(entries: readonly [string, PlainObject][]): void {
    this.#bytes.text('}');
    this.#memorise();
    this.#batches(entries, 's', 'u', ([key, item]) => {
      this.#text(key);
      this.#write(item);
    });
  }

  #batches<T>(items: readonly T[], single: string, several: string, write: (item: T) => void): void {
    if (items.length === 1) {
      write(items[0]);
      this.#bytes.text(single);
      return;
    }
    for (let start = 0; start < items.length; start += BATCH) {
      this.#bytes.text('(');
      items.slice(start, start + BATCH).forEach(write);
      this.#bytes.text(several);
    }
  }

  #memorise(): void {
    const index = this.#memorised++;
    if (index <= 0xff) this.#bytes.text('q').uint8(index);
    else this.#bytes.text('r').uint32(index);
  }
}

function broken(source: string): CheckpointError {
  return new CheckpointError(
    'damaged',
    source,
    'its pickle is not that of an object; copy or download the file again.',
  );
}
