// Readings of words that no dictionary has, from the shipped grapheme-to-phoneme model, opened at first use.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DATA_FOLDER } from '../../data-folder';
import { PackedModel } from './packed-model';

let opened: PackedModel | undefined;

/** The model, trained on CMUdict by `npm run train-g2p`. */
export function englishModel(): PackedModel {
  opened ??= new PackedModel(zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA_FOLDER, 'english-g2p.bin.br'))));
  return opened;
}
