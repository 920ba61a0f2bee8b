// The packed English dictionary as shipped, opened once at first use.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DATA_FOLDER } from '../../data-folder';
import { PackedDictionary } from './packed-dictionary';

let opened: PackedDictionary | undefined;

/** CMUdict with this package's additions. Opening takes some 20 ms. */
export function englishDictionary(): PackedDictionary {
  opened ??= new PackedDictionary(
    zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA_FOLDER, 'english-dictionary.bin.br'))),
  );
  return opened;
}
