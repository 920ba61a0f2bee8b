import { CheckpointError } from './errors';
import { ZipArchive } from './zip-reader';
import { writeZip } from './zip-writer';

const CONTENTS = [
  { name: 'a/first', bytes: Buffer.from('hello') },
  { name: 'a/second', bytes: Buffer.from('world!') },
];
const archive = () => Buffer.from(writeZip(CONTENTS, 'z.pth'));
/** Where the directory of an archive begins. */
const directoryOf = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6);

function failure(bytes: Uint8Array): CheckpointError {
  try {
    const zip = new ZipArchive(bytes, 'z.pth');
    for (const name of zip.names()) zip.read(name);
  } catch (error) {
    if (error instanceof CheckpointError) return error;
    throw error;
  }
  throw new Error('was read without complaint');
}

test('contents come back as views that are aligned to 64 bytes', () => {
  const bytes = archive();
  const zip = new ZipArchive(bytes, 'z.pth');
  expect(zip.names()).toEqual(['a/first', 'a/second']);
  expect(Buffer.from(zip.read('a/second')!).toString()).toBe('world!');
  expect(zip.read('a/second')!.buffer).toBe(bytes.buffer);
  expect((zip.read('a/second')!.byteOffset - bytes.byteOffset) % 64).toBe(0);
  expect(zip.read('b')).toBeUndefined();
});

test('a comment, or bytes that look like an end of directory, do not confuse it', () => {
  const bytes = archive();
  bytes.writeUInt16LE(24, bytes.length - 2);
  const withComment = Buffer.concat([bytes, Buffer.from('PK\x05\x06'), Buffer.alloc(20)]);
  expect(new ZipArchive(withComment, 'z.pth').names()).toHaveLength(2);
});

test('a 64-bit directory is followed', () => {
  const bytes = archive();
  const start = directoryOf(bytes);
  const directory = bytes.subarray(start, bytes.length - 22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50);
  [44n, 0n].forEach((value) => record.writeBigUInt64LE(value, 4));
  record.writeBigUInt64LE(2n, 32);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50);
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  const end = Buffer.from(bytes.subarray(-22));
  end.fill(0xff, 8, 20);
  const large = Buffer.concat([bytes.subarray(0, start), directory, record, locator, end]);
  expect(Buffer.from(new ZipArchive(large, 'z.pth').read('a/first')!).toString()).toBe('hello');
  large.writeBigUInt64LE(2n ** 60n, start + directory.length + 48);
  expect(failure(large).code).toBe('damaged');
});

test('each truncation is an error', () => {
  const bytes = archive();
  for (let length = 0; length < bytes.length; length++)
    expect(failure(bytes.subarray(0, length)).code).toBe('truncated');
});

test('a changed content is found by its checksum', () => {
  const bytes = archive();
  bytes[bytes.indexOf('world')] ^= 1;
  const error = failure(bytes);
  expect(error.message).toBe('z.pth: the checksum of a/second is wrong; copy or download the file again.');
});

test.each([
  // Offsets within the first entry of the directory, and what is written there.
  ['a compressed entry', 'unsupported', 10, 8],
  ['an encrypted entry', 'unsupported', 8, 1],
  ['a size that is not the stored one', 'unsupported', 24, 99],
  ['a length of the name that runs out of the directory', 'truncated', 28, 60000],
  ['a place outside the file', 'damaged', 44, 1],
  ['a place without a header', 'damaged', 42, 5],
])('%s is refused', (_, code, offset, value) => {
  const bytes = archive();
  bytes.writeUInt16LE(value, directoryOf(bytes) + offset);
  expect(failure(bytes).code).toBe(code);
});

test('entries that overlap, or are there twice, are refused', () => {
  const overlapping = archive();
  const first = directoryOf(overlapping);
  for (const at of [20, 24]) overlapping.writeUInt32LE(100, first + at);
  expect(failure(overlapping).code).toBe('damaged');
  const twice = writeZip([CONTENTS[0], CONTENTS[0]], 'z.pth');
  expect(failure(twice).message).toContain('a/first is there twice');
});

test('a directory that does not fit into the file is refused', () => {
  for (const [offset, value] of [
    [10, 60000],
    [12, 0xffff],
    [16, 0xffff],
  ]) {
    const bytes = archive();
    bytes.writeUInt16LE(value, bytes.length - 22 + offset);
    expect(failure(bytes).code).toBe('damaged');
  }
});
