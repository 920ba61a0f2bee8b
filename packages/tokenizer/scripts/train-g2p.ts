// Trains data/english-g2p.bin.br on CMUdict, holding out one headword in twenty, and prints how well it reads those:
// `npm run train-g2p` (some minutes on one core); `npm run measure-g2p` only measures.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { PackedDictionary } from '../src/text/english/packed-dictionary';
import { type ModelNode, PackedModel, packModel } from '../src/text/english/packed-model';
import { Aligner, type Sample } from './g2p/align';
import { reportHeldOut } from './g2p/measure';
import { type BackoffModel, estimate, prune } from './g2p/ngram';
import { headwords, isHeldOut } from './g2p/samples';

const DATA = path.join(path.dirname(fileURLToPath(import.meta.url)), '../data');
const ORDER = 8;
const NODES = 700_000;
const ITERATIONS = 8;
/** Rarer units are slips of the alignment; samples that need them are left out. */
const RAREST_UNIT = 3;
const OUTPUT = path.join(DATA, 'english-g2p.bin.br');

const began = Date.now();
const log = (message: string) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${message}`);
const withoutStress = (phonemes: readonly string[]) => phonemes.map((phoneme) => phoneme.replace(/\d/, ''));

const dictionary = new PackedDictionary(
  zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA, 'english-dictionary.bin.br'))),
);
const all = headwords(dictionary);
const known = all.filter(({ word }) => !isHeldOut(word));
const heldOut = all.filter(({ word }) => isHeldOut(word));
const samples: Sample[] = known.flatMap(({ word, pronunciations }) =>
  pronunciations.map((phonemes) => ({ letters: word, phonemes })),
);
log(`${known.length} headwords (${samples.length} pronunciations) to learn from, ${heldOut.length} held out`);

// Alignment ignores stress; the units get it back, so that the n-grams learn where stress falls.
const aligner = new Aligner();
const unstressed = samples.map(({ letters, phonemes }) => ({ letters, phonemes: withoutStress(phonemes) }));
aligner.fit(unstressed, ITERATIONS, log);
const aligned: string[][] = [];
unstressed.forEach((sample, index) => {
  let at = 0;
  const path = aligner.align(sample)?.map((unit) => {
    const [letters, phonemes] = unit.split('}');
    const count = phonemes === '' ? 0 : phonemes.split(' ').length;
    at += count;
    return `${letters}}${samples[index].phonemes.slice(at - count, at).join(' ')}`;
  });
  if (path !== undefined) aligned.push(path);
});
const counts = new Map<string, number>();
for (const unit of aligned.flat()) counts.set(unit, (counts.get(unit) ?? 0) + 1);
const usual = aligned.filter((units) => units.every((unit) => (counts.get(unit) ?? 0) >= RAREST_UNIT));
// Sorted by letters, so that the units of the same letters are neighbours.
const units = [
  '<s>',
  '</s>',
  ...[...new Set(usual.flat())].sort((a, b) => compare(a.split('}')[0], b.split('}')[0]) || compare(a, b)),
];
const ids = new Map(units.map((unit, id) => [unit, id]));
log(`${usual.length} of ${samples.length} pronunciations aligned, ${units.length} units`);

const model = estimate(
  usual.map((path) => Int32Array.from(path, (unit) => ids.get(unit) as number)),
  ORDER,
  units.length,
);
log(`${model.trie.size} n-grams of up to ${ORDER} units`);
log(`pruned to ${prune(model, NODES)}`);
const packed = packModel(units, breadthFirst(model));
const compressed = zlib.brotliCompressSync(packed, {
  params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
    [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: packed.length,
  },
});
fs.writeFileSync(OUTPUT, compressed);
log(`${packed.length} bytes packed, ${compressed.length} bytes compressed`);

reportHeldOut(dictionary, new PackedModel(packed), log);

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The kept nodes in breadth-first order, children by token. */
function breadthFirst({ trie, kept, logProbability, logBackoff }: BackoffModel): ModelNode[] {
  const children = new Map<number, number[]>();
  for (let node = 1; node < trie.size; node++) {
    if (!kept[node]) continue;
    const siblings = children.get(trie.parent[node]);
    if (siblings === undefined) children.set(trie.parent[node], [node]);
    else siblings.push(node);
  }
  const nodes: ModelNode[] = [];
  const queue = [0];
  for (let index = 0; index < queue.length; index++) {
    const node = queue[index];
    const next = (children.get(node) ?? []).sort((a, b) => trie.token[a] - trie.token[b]);
    nodes.push({
      token: trie.token[node],
      children: next.length,
      logProbability: Number.isFinite(logProbability[node]) ? logProbability[node] : -31,
      logBackoff: logBackoff[node],
    });
    for (const child of next) queue.push(child);
  }
  return nodes;
}
