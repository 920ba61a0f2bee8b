// Prints how well the shipped model reads the CMUdict headwords that it was not trained on: `npm run measure-g2p`.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { PackedDictionary } from '../src/text/english/packed-dictionary';
import { PackedModel } from '../src/text/english/packed-model';
import { reportHeldOut } from './g2p/measure';

const DATA = path.join(path.dirname(fileURLToPath(import.meta.url)), '../data');
const read = (name: string) => zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA, name)));

reportHeldOut(
  new PackedDictionary(read('english-dictionary.bin.br')),
  new PackedModel(read('english-g2p.bin.br')),
  console.log,
);
