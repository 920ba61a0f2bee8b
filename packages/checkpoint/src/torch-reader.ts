// Files written by torch.save: since PyTorch 1.6 a zip archive with a pickle and one entry for each storage; before that a row of
// pickles followed by the storages. Layouts: torch/serialization.py.
import { ByteReader } from './byte-reader';
import { CheckpointError, printable } from './errors';
import { readPickle, type PickleHost } from './pickle-reader';
import { checkPlainData } from './plain-data';
import { isCount } from './shapes';
import { STORED_BYTES } from './stored-values';
import { StorageReference, TensorBuilder } from './tensor-builder';
import { StorageType, torchGlobal } from './torch-globals';
import { isDict, type CheckpointValue } from './values';
import { looksLikeZip, ZipArchive } from './zip-reader';

/** A checkpoint's content. */
export interface TorchFile {
  format: 'torch-zip' | 'torch-legacy';
  /** The file's name, as given. */
  source: string;
  /** Nested plain data with tensors as leaves. Tensors may be views of the file's bytes: copy before changing them. */
  value: CheckpointValue;
}

const PICKLE_START = 0x80;
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;
const LEGACY_PROTOCOL = 1001;

/** True for the beginning of a file of torch.save, new or old. */
export function looksLikeTorch(bytes: Uint8Array): boolean {
  return looksLikeZip(bytes) || bytes[0] === PICKLE_START;
}

/**
 * Reads a `.pth`, `.ckpt`, `.pt` or `.bin` file without executing anything of it.
 * @param source the file's name, for errors
 * @throws CheckpointError
 */
export function readTorch(bytes: Uint8Array, source = 'checkpoint'): TorchFile {
  if (looksLikeZip(bytes)) return { format: 'torch-zip', source, value: readZipFile(bytes, source) };
  if (bytes[0] === PICKLE_START) return { format: 'torch-legacy', source, value: readLegacyFile(bytes, source) };
  throw new CheckpointError(
    'not-a-checkpoint',
    source,
    'this is not a file of torch.save; give a .pth, .ckpt, .pt or .bin file.',
  );
}

function readZipFile(bytes: Uint8Array, source: string): CheckpointValue {
  const archive = new ZipArchive(bytes, source);
  const pickleName = archive.names().find((name) => name === 'data.pkl' || /^[^/]+\/data\.pkl$/.test(name));
  const pickle = pickleName && archive.read(pickleName);
  if (!pickle) {
    throw new CheckpointError(
      'not-a-checkpoint',
      source,
      'the zip archive has no data.pkl; give a file of torch.save (TorchScript is not read).',
    );
  }
  const root = pickleName.slice(0, -'data.pkl'.length);
  const byteOrder = archive.read(`${root}byteorder`);
  if (byteOrder && new TextDecoder().decode(byteOrder) !== 'little') {
    throw new CheckpointError(
      'unsupported',
      source,
      'it was written on a big-endian machine; save it again on a little-endian one.',
    );
  }
  const tensors = new TensorBuilder(source, bytes.length);
  const value = readPickle(new ByteReader(pickle, source), torchHost(tensors, source));
  const plain = checkPlainData(value, source);
  tensors.fill(({ key }) => {
    const storage = archive.read(`${root}data/${key}`);
    if (!storage)
      throw new CheckpointError(
        'damaged',
        source,
        `storage ${printable(key)} is missing; copy or download the file again.`,
      );
    return storage;
  });
  return plain;
}

function readLegacyFile(bytes: Uint8Array, source: string): CheckpointValue {
  const reader = new ByteReader(bytes, source);
  const tensors = new TensorBuilder(source, bytes.length);
  const host = torchHost(tensors, source);
  if (readPickle(reader, host) !== LEGACY_MAGIC || readPickle(reader, host) !== LEGACY_PROTOCOL) {
    throw new CheckpointError(
      'not-a-checkpoint',
      source,
      'it is a pickle, but not of torch.save; give a .pth, .ckpt, .pt or .bin file.',
    );
  }
  const system = readPickle(reader, host);
  if (!isDict(system) || system.little_endian !== true) {
    throw new CheckpointError(
      'unsupported',
      source,
      'it was written on a big-endian machine; save it again on a little-endian one.',
    );
  }
  const referenced = new Map<string, StorageReference>();
  const value = readPickle(
    reader,
    torchHost(tensors, source, (storage) => referenced.set(storage.key, storage)),
  );
  const plain = checkPlainData(value, source);
  const storages = readLegacyStorages(reader, readPickle(reader, host), referenced);
  tensors.fill(({ key }) => {
    const storage = storages.get(key);
    if (!storage)
      throw new CheckpointError(
        'damaged',
        source,
        `storage ${printable(key)} is missing; copy or download the file again.`,
      );
    return storage;
  });
  return plain;
}

/** Behind the pickles stand the storages in the order of their keys: 8 bytes with the number of elements, then these. */
function readLegacyStorages(
  reader: ByteReader,
  keys: unknown,
  referenced: ReadonlyMap<string, StorageReference>,
): Map<string, Uint8Array> {
  const storages = new Map<string, Uint8Array>();
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = typeof key === 'string' ? referenced.get(key) : undefined;
    const length = reader.uint64();
    if (!storage || storage.length !== length) {
      throw new CheckpointError(
        'damaged',
        reader.source,
        'the storages do not fit the tensors; copy or download the file again.',
      );
    }
    storages.set(storage.key, reader.take(length * STORED_BYTES[storage.dtype]));
  }
  return storages;
}

function torchHost(
  tensors: TensorBuilder,
  source: string,
  onStorage?: (storage: StorageReference) => void,
): PickleHost {
  return {
    global: (module, name) => torchGlobal(module, name, tensors, source),
    persistent(identifier) {
      const storage = storageOf(identifier);
      if (!storage)
        throw new CheckpointError(
          'damaged',
          source,
          'a storage is described wrongly; copy or download the file again.',
        );
      onStorage?.(storage);
      return storage;
    },
  };
}

/** ('storage', type, key, device, length[, (view's key, offset, length)]) */
function storageOf(identifier: unknown): StorageReference | undefined {
  if (!Array.isArray(identifier)) return undefined;
  const [kind, type, key, , length, view] = identifier as unknown[];
  if (kind !== 'storage' || !(type instanceof StorageType) || typeof key !== 'string' || !isCount(length))
    return undefined;
  const viewOffset: unknown = Array.isArray(view) ? view[1] : 0;
  return isCount(viewOffset) ? new StorageReference(key, type.dtype, length, viewOffset) : undefined;
}
