// An uncompressed zip archive in the form that PyTorch's reader expects: contents aligned to 64 bytes by a padding field.
import { ByteWriter } from './byte-writer';
import { crc32 } from './crc32';
import { CheckpointError } from './errors';

export interface ZipContent {
  name: string;
  bytes: Uint8Array;
}

const ALIGNMENT = 64;
const LOCAL_BYTES = 30;
/** 'FB', the id of PyTorch's padding field. */
const PADDING_FIELD = 0x4246;
const PADDING_HEADER_BYTES = 4;
const VERSION_NEEDED = 20;
const UTF8_NAMES = 0x0800;
/** 1980-01-01, so that equal contents give equal files. */
const DATE = 0x0021;
const LARGEST_ARCHIVE_BYTES = 0xffffffff;

/** Puts contents into one archive. @throws CheckpointError `too-large` beyond 4 GiB */
export function writeZip(contents: readonly ZipContent[], source: string): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory = new ByteWriter();
  let offset = 0;
  for (const { name, bytes } of contents) {
    const nameBytes = new TextEncoder().encode(name);
    const beforePadding = offset + LOCAL_BYTES + nameBytes.length + PADDING_HEADER_BYTES;
    const padding = new Uint8Array((ALIGNMENT - (beforePadding % ALIGNMENT)) % ALIGNMENT);
    const checksum = crc32(bytes);
    // The fields that local and central headers share, from "version needed" to "length of the name".
    const writeShared = (writer: ByteWriter) =>
      writer
        .uint16(VERSION_NEEDED, UTF8_NAMES, 0, 0, DATE)
        .uint32(checksum, bytes.length, bytes.length)
        .uint16(nameBytes.length);

    const local = writeShared(new ByteWriter().uint32(0x04034b50));
    local.uint16(PADDING_HEADER_BYTES + padding.length).raw(nameBytes);
    local.uint16(PADDING_FIELD, padding.length).raw(padding);
    parts.push(local.finish(), bytes);

    writeShared(directory.uint32(0x02014b50).uint16(VERSION_NEEDED));
    directory.uint16(0, 0, 0, 0).uint32(0, offset).raw(nameBytes);
    offset += local.length + bytes.length;
    if (offset > LARGEST_ARCHIVE_BYTES) {
      throw new CheckpointError('too-large', source, 'a torch file of over 4 GiB cannot be written; use safetensors.');
    }
  }
  const end = new ByteWriter().uint32(0x06054b50).uint16(0, 0, contents.length, contents.length);
  end.uint32(directory.length, offset).uint16(0);
  return concatenate([...parts, directory.finish(), end.finish()]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
