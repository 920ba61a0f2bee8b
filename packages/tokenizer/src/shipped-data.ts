// The dictionaries and models that this package ships, as bytes. Sources read the files; builds hold them (shipped-data.bundled.ts).
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DATA_FOLDER } from './data-folder';

export type ShippedData =
  | 'english-dictionary'
  | 'english-g2p'
  | 'chinese-characters'
  | 'chinese-readings'
  | 'chinese-traditional'
  | 'chinese-words';

const FILES: Record<ShippedData, string> = {
  'english-dictionary': 'english-dictionary.bin.br',
  'english-g2p': 'english-g2p.bin.br',
  'chinese-characters': 'chinese-characters.txt.br',
  'chinese-readings': 'chinese-readings.txt.br',
  'chinese-traditional': 'chinese-traditional.txt.br',
  'chinese-words': 'chinese-words.bin.br',
};

/** Unpacked again at every call. */
export function shippedData(name: ShippedData): Uint8Array {
  return zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA_FOLDER, FILES[name])));
}
