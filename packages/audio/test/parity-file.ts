// Reads the parity fixtures, little safetensors files, without the package that is for that (it is on a higher floor).
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** All float32 tensors of a file in a folder (default: `PARITY_DIR` or test/fixtures), by name. */
export function readParityFile(
  name: string,
  folder = process.env.PARITY_DIR ?? path.join(__dirname, 'fixtures'),
): Map<string, Float32Array> {
  const bytes = readFileSync(path.join(folder, name));
  const headerBytes = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerBytes)) as Record<
    string,
    { data_offsets: [number, number] }
  >;
  const body = bytes.subarray(8 + headerBytes);
  return new Map(
    Object.entries(header)
      .filter(([key]) => key !== '__metadata__')
      .map(([key, { data_offsets }]) => [
        key,
        new Float32Array(Uint8Array.from(body.subarray(...data_offsets)).buffer),
      ]),
  );
}
