// The allow-list: all classes and functions that a torch pickle may name, and what stands for each. None of them is executed; each is
// turned into plain data by the code below. Any other name is refused.
import { type StoredType } from './array-tensor';
import { CheckpointError, printable } from './errors';
import { isNumpyName, numpyGlobal } from './numpy-globals';
import { PickleGlobal } from './pickle-reader';
import { type TensorBuilder } from './tensor-builder';
import { isDict, newDict } from './values';

/** The type of a storage, as a persistent identifier names it. */
export class StorageType {
  constructor(readonly dtype: StoredType) {}
}

/** torch's names of typed storages. */
export const STORAGE_TYPES: Readonly<Record<string, StoredType>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** The element types of torch, `torch.float16`: read as their names. */
const ELEMENT_TYPES = new Set([
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'int64',
  'int32',
  'int16',
  'int8',
  'uint8',
  'bool',
]);

/** Python 3.13 moved the path classes. */
const PATH_MODULES = new Set(['pathlib', 'pathlib._local']);
const POSIX_PATHS = new Set(['Path', 'PosixPath', 'PurePath', 'PurePosixPath']);
const WINDOWS_PATHS = new Set(['WindowsPath', 'PureWindowsPath']);
const BUILTIN_MODULES = new Set(['builtins', '__builtin__']);
const MOST_TEXT_PARTS = 256;
const LONGEST_TEXT_PART = 1024;
const BUILTIN_CONTAINERS = new Set(['set', 'frozenset', 'list', 'tuple']);

/** Looks a name up. @throws CheckpointError `forbidden-global` */
export function torchGlobal(module: string, name: string, tensors: TensorBuilder, source: string): unknown {
  const full = `${module} ${name}`;
  const broken = () =>
    new CheckpointError(
      'damaged',
      source,
      `${printable(full)} is used in an unknown way; copy or download the file again.`,
    );
  const define = (call: PickleGlobal['call'], build?: PickleGlobal['build']) => new PickleGlobal(full, call, build);

  if (module === 'torch' && Object.hasOwn(STORAGE_TYPES, name)) return new StorageType(STORAGE_TYPES[name]);
  if (module === 'torch' && ELEMENT_TYPES.has(name)) return name;
  if (full === 'torch._utils _rebuild_tensor_v2') {
    return define(([storage, offset, shape, strides]) => tensors.plan(storage, offset, shape, strides));
  }
  if (full === 'torch._utils _rebuild_parameter') return define(([tensor]) => tensor);
  if (full === 'torch Size') return define(([lengths]) => lengths);
  if (full === 'torch device') return define((parts) => joinText(parts, ':', broken));
  if (full === 'collections OrderedDict') return define((items) => emptyDict(items, broken), ignoreAttributes);
  // Upstream's configuration: an object whose attributes are all that counts.
  if (full === 'utils HParams') return define(newDict, (instance, state) => assignAttributes(instance, state, broken));
  if (PATH_MODULES.has(module) && POSIX_PATHS.has(name)) return define((parts) => joinPath(parts, '/', broken));
  if (PATH_MODULES.has(module) && WINDOWS_PATHS.has(name)) return define((parts) => joinPath(parts, '\\', broken));
  if (BUILTIN_MODULES.has(module) && BUILTIN_CONTAINERS.has(name)) return define(([items]) => items ?? []);
  if (isNumpyName(module, name)) return numpyGlobal(module, name, source);

  throw new CheckpointError(
    'forbidden-global',
    source,
    `it asks for ${printable(`${module}.${name}`)}, which weights do not need; nothing was executed. Save the weights alone, or do not trust the file.`,
  );
}

/** Python 3 creates the dict empty and sets the items one by one. */
function emptyDict(items: readonly unknown[], broken: () => Error): unknown {
  if (items.length > 0) throw broken();
  return newDict();
}

/** A module's state dict carries `_metadata` (versions of its layers), which loading does not need. */
function ignoreAttributes(): void {}

function assignAttributes(instance: object, state: unknown, broken: () => Error): void {
  if (!isDict(state) || !isDict(instance)) throw broken();
  Object.assign(instance, state);
}

function joinPath(parts: readonly unknown[], separator: string, broken: () => Error): string {
  const [root, ...rest] = parts;
  if (root === undefined) return '.';
  // An absolute path's first part is its root, which ends with a separator already.
  const isAbsolute = typeof root === 'string' && root.endsWith(separator);
  return isAbsolute ? root + joinText(rest, separator, broken) : joinText(parts, separator, broken);
}

/** The limits keep a small file, which can name one long text many times, from becoming large in memory. */
function joinText(parts: readonly unknown[], separator: string, broken: () => Error): string {
  if (parts.length > MOST_TEXT_PARTS) throw broken();
  const texts = parts.map((part) => (typeof part === 'number' ? String(part) : part));
  if (!texts.every((text) => typeof text === 'string' && text.length <= LONGEST_TEXT_PART)) throw broken();
  return texts.join(separator);
}
