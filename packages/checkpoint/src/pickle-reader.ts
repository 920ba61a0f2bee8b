// A reader of Python pickles (protocols 2 to 5) that executes nothing. A pickle is a program for a small stack machine; this one
// knows containers and numbers, and hands every request for a class or function to its host, which answers from an allow-list.
// Opcodes: https://github.com/python/cpython/blob/main/Lib/pickletools.py
import { latin1 } from './latin1';
import { type ByteReader } from './byte-reader';
import { CheckpointError } from './errors';
import { isDict, newDict } from './values';

/** Stands for a Python class or function on the machine's stack: what it makes of its arguments is decided here, not in the file. */
export class PickleGlobal {
  constructor(
    /** "module name", for errors. */
    readonly name: string,
    readonly call: (parameters: readonly unknown[]) => unknown,
    /** What `BUILD` does to an instance. Without it a state is refused. */
    readonly build?: (instance: object, state: unknown) => void,
  ) {}
}

/** The world outside a pickle. */
export interface PickleHost {
  /** A class or function by name. @throws CheckpointError `forbidden-global` */
  global(module: string, name: string): unknown;
  /** An object that is stored beside the pickle. */
  persistent(identifier: unknown): unknown;
}

const MARK = Symbol('mark');
/** Far more than a checkpoint needs (100 a tensor), few enough that what they make fits into memory. */
const MOST_OPERATIONS = 2_000_000;
const LONGEST_INTEGER_BYTES = 16;
const NEWEST_PROTOCOL = 5;

/** Runs one pickle from the reader's position to its end. @throws CheckpointError */
export function readPickle(reader: ByteReader, host: PickleHost): unknown {
  return new PickleMachine(reader, host).run();
}

class PickleMachine {
  readonly #stack: unknown[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #creators = new WeakMap<object, PickleGlobal>();
  readonly #usedStates = new WeakSet<object>();

  constructor(
    private readonly reader: ByteReader,
    private readonly host: PickleHost,
  ) {}

  run(): unknown {
    for (let count = 0; count < MOST_OPERATIONS; count++) {
      const at = this.reader.position;
      const opcode = String.fromCharCode(this.reader.uint8());
      if (opcode === '.') return this.#pop();
      if (!this.#step(opcode)) {
        const shown = `0x${opcode.charCodeAt(0).toString(16).padStart(2, '0')}`;
        throw new CheckpointError(
          'unsupported',
          this.reader.source,
          `pickle opcode ${shown} at byte ${at} is not one that torch.save writes.`,
        );
      }
    }
    throw new CheckpointError(
      'too-large',
      this.reader.source,
      `its pickle has more than ${MOST_OPERATIONS} operations; it is not a usual checkpoint.`,
    );
  }

  /** Performs one operation; false if the opcode is not known here. */
  #step(opcode: string): boolean {
    return (
      this.#pushPlain(opcode) || this.#buildContainer(opcode) || this.#arrangeStack(opcode) || this.#makeObject(opcode)
    );
  }

  /** Numbers, strings and bytes. */
  #pushPlain(opcode: string): boolean {
    const { reader } = this;
    switch (opcode) {
      case 'N': // NONE
        return this.#push(null);
      case '\x88': // NEWTRUE
        return this.#push(true);
      case '\x89': // NEWFALSE
        return this.#push(false);
      case 'J': // BININT
        return this.#push(reader.int32());
      case 'K': // BININT1
        return this.#push(reader.uint8());
      case 'M': // BININT2
        return this.#push(reader.uint16());
      case '\x8a': // LONG1
        return this.#push(this.#integer(reader.uint8()));
      case '\x8b': // LONG4
        return this.#push(this.#integer(reader.uint32()));
      case 'G': // BINFLOAT
        return this.#push(reader.float64BigEndian());
      case 'U': // SHORT_BINSTRING
        return this.#push(latin1(reader.take(reader.uint8())));
      case 'T': // BINSTRING
        return this.#push(latin1(reader.take(reader.uint32())));
      case '\x8c': // SHORT_BINUNICODE
        return this.#push(this.#text(reader.uint8()));
      case 'X': // BINUNICODE
        return this.#push(this.#text(reader.uint32()));
      case '\x8d': // BINUNICODE8
        return this.#push(this.#text(reader.uint64()));
      case 'C': // SHORT_BINBYTES
        return this.#push(reader.take(reader.uint8()));
      case 'B': // BINBYTES
        return this.#push(reader.take(reader.uint32()));
      case '\x8e': // BINBYTES8
      case '\x96': // BYTEARRAY8
        return this.#push(reader.take(reader.uint64()));
      default:
        return false;
    }
  }

  /** Tuples, lists and sets (all arrays here), and dicts. */
  #buildContainer(opcode: string): boolean {
    switch (opcode) {
      case ')': // EMPTY_TUPLE
      case ']': // EMPTY_LIST
      case '\x8f': // EMPTY_SET
        return this.#push([]);
      case '\x85': // TUPLE1
        return this.#push(this.#popMany(1));
      case '\x86': // TUPLE2
        return this.#push(this.#popMany(2));
      case '\x87': // TUPLE3
        return this.#push(this.#popMany(3));
      case 't': // TUPLE
      case 'l': // LIST
      case '\x91': // FROZENSET
        return this.#push(this.#popToMark());
      case 'a': // APPEND
        return this.#extendTop(this.#popMany(1));
      case 'e': // APPENDS
      case '\x90': // ADDITEMS
        return this.#extendTop(this.#popToMark());
      case '}': // EMPTY_DICT
        return this.#push(newDict());
      case 'd': {
        // DICT
        const items = this.#popToMark();
        this.#push(newDict());
        return this.#setItems(items);
      }
      case 's': // SETITEM
        return this.#setItems(this.#popMany(2));
      case 'u': // SETITEMS
        return this.#setItems(this.#popToMark());
      default:
        return false;
    }
  }

  /** Marks, copies, and the memo through which a pickle refers to what it made before. */
  #arrangeStack(opcode: string): boolean {
    const { reader } = this;
    switch (opcode) {
      case '(': // MARK
        this.#marks.push(this.#stack.length);
        return this.#push(MARK);
      case '0': // POP
        this.#pop();
        return true;
      case '1': // POP_MARK
        this.#popToMark();
        return true;
      case '2': // DUP
        return this.#push(this.#top());
      case 'h': // BINGET
        return this.#push(this.#recall(reader.uint8()));
      case 'j': // LONG_BINGET
        return this.#push(this.#recall(reader.uint32()));
      case 'q': // BINPUT
        return this.#remember(reader.uint8());
      case 'r': // LONG_BINPUT
        return this.#remember(reader.uint32());
      case '\x94': // MEMOIZE
        return this.#remember(this.#memo.size);
      case '\x80': // PROTO
        return this.#checkProtocol(reader.uint8());
      case '\x95': // FRAME: a length that helps readers of streams
        reader.take(8);
        return true;
      default:
        return false;
    }
  }

  /** Classes and functions, by leave of the host. */
  #makeObject(opcode: string): boolean {
    switch (opcode) {
      case 'c': // GLOBAL
        return this.#push(this.host.global(this.#line(), this.#line()));
      case '\x93': {
        // STACK_GLOBAL
        const [module, name] = this.#popMany(2);
        if (typeof module !== 'string' || typeof name !== 'string') throw this.#broken('a class without a name');
        return this.#push(this.host.global(module, name));
      }
      case 'R': // REDUCE
      case '\x81': // NEWOBJ
        return this.#call();
      case 'b': // BUILD
        return this.#build();
      case 'Q': // BINPERSID
        return this.#push(this.host.persistent(this.#pop()));
      default:
        return false;
    }
  }

  #call(): boolean {
    const [callee, parameters] = this.#popMany(2);
    if (!(callee instanceof PickleGlobal) || !Array.isArray(parameters))
      throw this.#broken('a call of something that is no class or function');
    const result = callee.call(parameters);
    if (typeof result === 'object' && result !== null) this.#creators.set(result, callee);
    return this.#push(result);
  }

  #build(): boolean {
    const state = this.#pop();
    const instance = this.#top();
    const creator = typeof instance === 'object' && instance !== null ? this.#creators.get(instance) : undefined;
    if (!creator?.build) throw this.#broken('a state for an object that takes none');
    // A state belongs to one object. Copying it to many would let a small file become large.
    if (typeof state === 'object' && state !== null) {
      if (this.#usedStates.has(state)) throw this.#broken('one state for two objects');
      this.#usedStates.add(state);
    }
    creator.build(instance as object, state);
    return true;
  }

  #checkProtocol(version: number): boolean {
    if (version <= NEWEST_PROTOCOL) return true;
    throw new CheckpointError('unsupported', this.reader.source, `pickle protocol ${version} is unknown.`);
  }

  #push(value: unknown): true {
    this.#stack.push(value);
    return true;
  }

  #top(): unknown {
    const value = this.#stack.at(-1);
    if (this.#stack.length === 0 || value === MARK) throw this.#broken('an empty stack');
    return value;
  }

  #pop(): unknown {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMany(count: number): unknown[] {
    const values = Array.from({ length: count }, () => this.#pop());
    return values.reverse();
  }

  #popToMark(): unknown[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#broken('a missing mark');
    const values = this.#stack.splice(mark);
    return values.slice(1);
  }

  #extendTop(items: readonly unknown[]): boolean {
    const top = this.#top();
    if (!Array.isArray(top)) throw this.#broken('items for something that is no list');
    for (const item of items) top.push(item);
    return true;
  }

  #setItems(items: readonly unknown[]): boolean {
    const top = this.#top();
    if (!isDict(top)) throw this.#broken('items for something that is no dict');
    if (items.length % 2 !== 0) throw this.#broken('a key without a value');
    // Whatever is not plain data among the values is found when the whole is checked.
    const target = top as Record<string, unknown>;
    for (let index = 0; index < items.length; index += 2) target[this.#key(items[index])] = items[index + 1];
    return true;
  }

  #key(value: unknown): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
    throw new CheckpointError(
      'unsupported',
      this.reader.source,
      'a dict has a key that is neither a string nor a number.',
    );
  }

  #remember(index: number): boolean {
    this.#memo.set(index, this.#top());
    return true;
  }

  #recall(index: number): unknown {
    if (!this.#memo.has(index)) throw this.#broken('a reference to nothing');
    return this.#memo.get(index);
  }

  #integer(byteCount: number): number | bigint {
    if (byteCount > LONGEST_INTEGER_BYTES) throw this.#broken(`an integer of ${byteCount} bytes`);
    const bytes = this.reader.take(byteCount);
    let value = 0n;
    for (let index = byteCount - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index]);
    value = BigInt.asIntN(8 * byteCount, value);
    const narrow = Number(value);
    return Number.isSafeInteger(narrow) ? narrow : value;
  }

  #text(byteCount: number): string {
    const bytes = this.reader.take(byteCount);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw this.#broken('text that is not UTF-8');
    }
  }

  #line(): string {
    const { bytes, position } = this.reader;
    const end = bytes.indexOf(0x0a, position);
    if (end < 0) throw this.#broken('a name without an end');
    const line = latin1(bytes.subarray(position, end));
    this.reader.position = end + 1;
    return line;
  }

  #broken(what: string): CheckpointError {
    return new CheckpointError(
      'damaged',
      this.reader.source,
      `the pickle has ${what} before byte ${this.reader.position}; copy or download the file again.`,
    );
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
