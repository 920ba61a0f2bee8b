// The entries of an uncompressed zip archive, which is what torch.save writes. A reader of our own because general zip packages do not
// fit: yauzl and fflate leave checksums unchecked, all copy each entry, and a compressed entry (a possible "zip bomb") is not wanted
// here at all. Only the central directory is trusted, since GPT-SoVITS writes a version tag over the archive's first two bytes.
import { ByteReader } from './byte-reader';
import { crc32 } from './crc32';
import { CheckpointError, printable } from './errors';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_OF_DIRECTORY = 0x06054b50;
const END_OF_DIRECTORY_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const CENTRAL_BYTES = 46;
const SATURATED_16 = 0xffff;
const SATURATED_32 = 0xffffffff;
const ZIP64_FIELD = 1;
const ENCRYPTED = 1;

interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly checksum: number;
  /** Where the entry's header begins and its content ends. */
  readonly start: number;
  readonly end: number;
}

/** True for zip archives, also those with a version tag in place of 'PK'. */
export function looksLikeZip(bytes: Uint8Array): boolean {
  return bytes.length >= 4 && bytes[2] === 3 && bytes[3] === 4;
}

/** The entries of an archive, by name. Contents are views of the archive. */
export class ZipArchive {
  readonly #entries: Map<string, ZipEntry>;
  readonly #checked = new Set<ZipEntry>();

  /** Reads and checks the directory. @throws CheckpointError */
  constructor(
    bytes: Uint8Array,
    readonly source: string,
  ) {
    const directory = findDirectory(bytes, source);
    this.#entries = readDirectory(bytes, directory, source);
    refuseOverlaps([...this.#entries.values()], source);
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  /** An entry's content, its checksum verified, or undefined. @throws CheckpointError `damaged` */
  read(name: string): Uint8Array | undefined {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (!this.#checked.has(entry)) {
      if (crc32(entry.bytes) !== entry.checksum)
        throw damaged(this.source, `the checksum of ${printable(name)} is wrong`);
      this.#checked.add(entry);
    }
    return entry.bytes;
  }
}

interface Directory {
  offset: number;
  bytes: number;
  count: number;
}

function findDirectory(bytes: Uint8Array, source: string): Directory {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lowest = Math.max(0, bytes.length - END_BYTES - SATURATED_16);
  for (let at = bytes.length - END_BYTES; at >= lowest; at--) {
    // The archive's comment must fill the rest of the file, which distinguishes the record from bytes that look like it.
    const commentBytes = view.getUint16(at + 20, true);
    if (view.getUint32(at, true) !== END_OF_DIRECTORY || at + END_BYTES + commentBytes !== bytes.length) continue;
    const reader = new ByteReader(bytes, source, at + 10);
    const directory = { count: reader.uint16(), bytes: reader.uint32(), offset: reader.uint32() };
    const locator = at - LOCATOR_BYTES;
    const isLarge = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64;
    return checkDirectory(isLarge ? readDirectory64(bytes, locator, source) : directory, at, source);
  }
  throw new CheckpointError(
    'truncated',
    source,
    'the end of the zip archive is missing; copy or download the file again.',
  );
}

function readDirectory64(bytes: Uint8Array, locator: number, source: string): Directory {
  const place = new ByteReader(bytes, source, locator + 8).uint64();
  if (place > bytes.length) throw damaged(source, 'the place of the zip directory lies outside the file');
  const reader = new ByteReader(bytes, source, place);
  if (reader.uint32() !== END_OF_DIRECTORY_64) throw damaged(source, 'the zip directory is not where the file says');
  reader.position = place + 32;
  return { count: reader.uint64(), bytes: reader.uint64(), offset: reader.uint64() };
}

function checkDirectory(directory: Directory, limit: number, source: string): Directory {
  if (directory.offset + directory.bytes > limit || directory.count * CENTRAL_BYTES > directory.bytes) {
    throw damaged(source, 'the zip directory does not fit into the file');
  }
  return directory;
}

function readDirectory(bytes: Uint8Array, directory: Directory, source: string): Map<string, ZipEntry> {
  const content = bytes.subarray(directory.offset, directory.offset + directory.bytes);
  const reader = new ByteReader(content, source);
  const entries = new Map<string, ZipEntry>();
  for (let index = 0; index < directory.count; index++) {
    const entry = readEntry(reader, bytes, directory.offset);
    if (entries.has(entry.name)) throw damaged(source, `the zip entry ${printable(entry.name)} is there twice`);
    entries.set(entry.name, entry);
  }
  return entries;
}

function readEntry(reader: ByteReader, archive: Uint8Array, limit: number): ZipEntry {
  const { source } = reader;
  if (reader.uint32() !== CENTRAL_HEADER) throw damaged(source, 'the zip directory is broken');
  reader.position += 4;
  const flags = reader.uint16();
  const method = reader.uint16();
  reader.position += 4;
  const checksum = reader.uint32();
  const sizes = { stored: reader.uint32(), actual: reader.uint32(), offset: 0 };
  const nameBytes = reader.uint16();
  const extraBytes = reader.uint16();
  const commentBytes = reader.uint16();
  reader.position += 8;
  sizes.offset = reader.uint32();
  const name = decodeName(reader.take(nameBytes), source);
  applyZip64(sizes, new ByteReader(reader.take(extraBytes), source));
  reader.take(commentBytes);

  if (flags & ENCRYPTED || method !== 0 || sizes.stored !== sizes.actual) {
    throw new CheckpointError(
      'unsupported',
      source,
      `the zip entry ${printable(name)} is compressed or encrypted; save the file with torch.save.`,
    );
  }
  const { start, content } = locate(archive, sizes.offset, nameBytes, source);
  if (content + sizes.actual > limit)
    throw damaged(source, `the zip entry ${printable(name)} does not fit into the file`);
  const end = content + sizes.actual;
  return { name, bytes: archive.subarray(content, end), checksum, start, end };
}

function applyZip64(sizes: { stored: number; actual: number; offset: number }, extra: ByteReader): void {
  while (extra.remaining >= 4) {
    const kind = extra.uint16();
    const field = new ByteReader(extra.take(extra.uint16()), extra.source);
    if (kind !== ZIP64_FIELD) continue;
    if (sizes.actual === SATURATED_32) sizes.actual = field.uint64();
    if (sizes.stored === SATURATED_32) sizes.stored = field.uint64();
    if (sizes.offset === SATURATED_32) sizes.offset = field.uint64();
  }
}

/** Finds an entry's content behind its local header, whose own sizes are ignored: torch leaves them empty. */
function locate(archive: Uint8Array, start: number, nameBytes: number, source: string) {
  if (start > archive.length) throw damaged(source, 'a zip entry begins outside the file');
  const reader = new ByteReader(archive, source, start);
  const signature = reader.uint32();
  // The very first two bytes may be a version tag.
  const isHeader = start === 0 ? signature >>> 16 === LOCAL_HEADER >>> 16 : signature === LOCAL_HEADER;
  reader.position = start + 26;
  if (!isHeader || reader.uint16() !== nameBytes) throw damaged(source, 'a zip entry is not where the directory says');
  const extraBytes = reader.uint16();
  return { start, content: start + 30 + nameBytes + extraBytes };
}

function refuseOverlaps(entries: ZipEntry[], source: string): void {
  const ordered = entries.sort((first, second) => first.start - second.start);
  for (let index = 1; index < ordered.length; index++) {
    if (ordered[index].start < ordered[index - 1].end) throw damaged(source, 'zip entries overlap');
  }
}

function decodeName(bytes: Uint8Array, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CheckpointError(
      'damaged',
      source,
      'a zip entry has an unreadable name; copy or download the file again.',
      { cause },
    );
  }
}

function damaged(source: string, problem: string): CheckpointError {
  return new CheckpointError('damaged', source, `${problem}; copy or download the file again.`);
}
