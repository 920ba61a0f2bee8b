// Five real dialogues of DailyTalk, as upstream's repository ships them: `raw` went into its five scripts, `processed` came out.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWavFile } from '@gpt-talker/audio';
import { readCheckpointFile, readNumpyObject, writeNumpyObject, type ArrayTensor } from '@gpt-talker/checkpoint';
import { prepare, readTurnSsl, withPrepared, writeUpstream, type PreparedCorpus, type PreparedTurn } from '../src';
import { parsePythonList, pythonList } from '../src/upstream/python-list';
import { parseSemanticRow, parseTextRow, semanticRow, textRow } from '../src/upstream/rows';
import { loudnessTools } from './corpora';

const sample = path.resolve(__dirname, '../../../../shared/data/dailytalk-sample');
const isHere = existsSync(sample);
/** Debian's, which python3-torch belongs to. */
const PYTHON = '/usr/bin/python3';
const hasTorch = isHere && spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const processed = path.join(sample, 'processed');
const raw = path.join(sample, 'raw');
const lines = (folder: string, name: string) =>
  readFileSync(path.join(folder, name), 'utf8').replace(/\n$/, '').split('\n');

(isHere ? describe : describe.skip)(
  `DailyTalk${isHere ? '' : ' (../shared/data/dailytalk-sample is not here)'}`,
  () => {
    let folder: string;
    let ours: string;
    beforeAll(async () => {
      folder = await mkdtemp(path.join(os.tmpdir(), 'dailytalk-'));
      ours = path.join(folder, 'upstream');
      await prepare({ corpus: raw, format: 'dailytalk', output: path.join(folder, 'out'), speech: loudnessTools });
      await withPrepared(path.join(folder, 'out'), (corpus) =>
        writeUpstream(corpus, ours, { corpusName: 'DailyTalk' }),
      );
    }, 180_000);
    afterAll(() => rm(folder, { recursive: true, force: true }));

    const names = () => new Set(lines(processed, '2-name2text.txt').map((line) => line.split('\t')[0]));

    test('raw gives the same 50 names, speakers, languages and texts', () => {
      const inList = (where: string) =>
        lines(where, 'slicer_opt.list')
          .map((line) => line.split(/[\\/]/).at(-1)!)
          .sort();
      expect(inList(ours)).toEqual(inList(processed));
      expect(new Set(lines(ours, '2-name2text.txt').map((line) => line.split('\t')[0]))).toEqual(names());
      const speakers = (where: string) =>
        Object.fromEntries(
          lines(where, '2-name2text.txt').map((line) => [parseTextRow(line)!.name, parseTextRow(line)!.speakers]),
        );
      expect(speakers(ours)).toEqual(speakers(processed));
      expect(lines(ours, 'train.list')).toHaveLength(50);
    });

    test('phonemes are at least 97 % equal', () => {
      const rows = (where: string) =>
        new Map(lines(where, '2-name2text.txt').map((line) => [line.split('\t')[0], line]));
      const [made, expected] = [rows(ours), rows(processed)];
      let equal = 0;
      let total = 0;
      for (const name of names()) {
        const [mine, theirs] = [made, expected].map((each) => parseTextRow(each.get(name)!)!);
        const errors = editDistance(mine.phonemes, theirs.phonemes);
        total += theirs.phonemes.length;
        equal += theirs.phonemes.length - errors;
      }
      expect(equal / total).toBeGreaterThanOrEqual(0.97);
    });

    test('the 12 wav files that are there have the same length, and nearly the same sound', async () => {
      const wavs = readdirSync(path.join(processed, '5-wav32k'));
      expect(wavs).toHaveLength(12);
      for (const name of wavs) {
        const [mine, theirs] = await Promise.all(
          [ours, processed].map((where) => readWavFile(path.join(where, '5-wav32k', name))),
        );
        const dialogue = /_d(\d+)/.exec(name)![1];
        const source = await readWavFile(path.join(raw, dialogue, name));
        expect(mine.samples.length).toBe(Math.ceil((source.samples.length * 32_000) / 44_100));
        expect(mine.samples.length).toBe(theirs.samples.length);
        expect(mine.sampleRate).toBe(32_000);
        // Upstream resamples with ffmpeg, whose filter differs near the end of the band.
        expect(signalToNoise(mine.samples, theirs.samples)).toBeGreaterThan(25);
      }
    });

    test('the text files are read completely, and written back to the letter', () => {
      for (const line of lines(processed, '2-name2text.txt')) expect(textRow(parseTextRow(line)!)).toBe(line);
      for (const line of lines(processed, '6-name2semantic.tsv').slice(1))
        expect(semanticRow(parseSemanticRow(line)!)).toBe(line);
      for (const line of lines(processed, 'train.list')) expect(pythonList(parsePythonList(line)!)).toBe(line);
    });

    test('the .npy files are read, and written back to the bit', () => {
      let files = 0;
      for (const kind of ['train-len-speaker', 'train-semantic-phoneme']) {
        for (const name of readdirSync(path.join(processed, kind))) {
          const bytes = readFileSync(path.join(processed, kind, name));
          const value = readNumpyObject(bytes, name) as Record<string, number[]>;
          expect(Buffer.compare(Buffer.from(writeNumpyObject(value)), bytes)).toBe(0);
          files++;
        }
      }
      expect(files).toBe(100);
    });

    test('the .pt features are read bit-exactly', async () => {
      await withPrepared(processed, async (corpus) => {
        for await (const { turns } of corpus.dialogues()) {
          for (const turn of turns) {
            const bytes = readFileSync(path.join(processed, '4-cnhubert', `${turn.name}.pt`));
            const stored = storedHalves(bytes);
            const { value } = await readCheckpointFile(path.join(processed, '4-cnhubert', `${turn.name}.pt`));
            const tensor = value as ArrayTensor;
            expect([tensor.dtype, tensor.shape.slice(0, 2)]).toEqual(['float16', [1, 768]]);
            expect(tensor.data).toHaveLength(stored.length);
            // Upstream saved a transposed view: its storage is [frames, 768].
            const frames = tensor.shape[2];
            const wrong = stored.findIndex((half, at) => {
              const channel = at % 768;
              return valueOfHalf(half) !== tensor.data[channel * frames + (at - channel) / 768];
            });
            expect(wrong).toBe(-1);
            const features = (await readTurnSsl(turn))!;
            expect([features.rows, features.width]).toEqual([tensor.shape[2], 768]);
            // [768, frames] became [frames, 768].
            expect(features.data[768 + 5]).toBe(tensor.data[5 * features.rows + 1]);
          }
        }
      });
    });

    test('what upstream prepared is five dialogues for training, its own parts of each row apart', async () => {
      await withPrepared(processed, async (corpus) => {
        expect([corpus.format, corpus.size]).toEqual(['upstream', 5]);
        const [dialogue] = await all(corpus);
        expect(dialogue.id).toBe('d0');
        expect(dialogue.turns.map(({ name }) => name!.split('_')[0])).toEqual([...Array(12).keys()].map(String));
        expect(dialogue.turns[1]).toMatchObject({
          role: 'agent',
          speaker: '0',
          text: "I'm figuring out my budget.",
          normalized: "I'm figuring out my budget.",
          language: 'en',
        });
        expect(dialogue.turns[1].phonemes).toHaveLength(19);
        expect(dialogue.turns[1].tokens).toHaveLength(48);
        expect(dialogue.turns[0].audio).toBe(path.join(processed, '5-wav32k/0_1_d0.wav'));
      });
    });

    test('read and written again, upstream’s corpus is the same in every file', async () => {
      const again = path.join(folder, 'again');
      const counts = await withPrepared(processed, (corpus) =>
        writeUpstream(corpus, again, { corpusName: 'DailyTalk' }),
      );
      expect(counts).toEqual({ turns: 50, trained: 50, withSound: 12, withSsl: 50 });
      for (const name of ['2-name2text.txt', '6-name2semantic.tsv', 'train.list', '2-cnhubert-len.txt']) {
        expect(lines(again, name).sort()).toEqual(lines(processed, name).sort());
      }
      for (const kind of ['train-len-speaker', 'train-semantic-phoneme', '5-wav32k']) {
        for (const name of readdirSync(path.join(processed, kind))) {
          const [mine, theirs] = [again, processed].map((where) => readFileSync(path.join(where, kind, name)));
          const header = kind === '5-wav32k' ? 44 : 0;
          expect(Buffer.compare(mine.subarray(header), theirs.subarray(header))).toBe(0);
        }
      }
      for (const name of readdirSync(path.join(processed, '4-cnhubert'))) {
        const [mine, theirs] = await Promise.all(
          [again, processed].map((where) => readCheckpointFile(path.join(where, '4-cnhubert', name))),
        );
        expect((mine.value as ArrayTensor).shape).toEqual((theirs.value as ArrayTensor).shape);
        expect(sameNumbers((mine.value as ArrayTensor).data, (theirs.value as ArrayTensor).data)).toBe(true);
      }
    });

    (hasTorch ? test : test.skip)(
      `torch loads what is written${hasTorch ? '' : ' (python3-torch is not here)'}`,
      async () => {
        const again = path.join(folder, 'for-torch');
        await withPrepared(processed, (corpus) => writeUpstream(corpus, again));
        const program = `
import os, sys, torch
made, expected = [os.path.join(folder, '4-cnhubert') for folder in sys.argv[1:]]
load = lambda folder, name: torch.load(os.path.join(folder, name), map_location='cpu')
names = os.listdir(expected)
print(sum(torch.equal(load(made, name), load(expected, name)) for name in names), len(names))
`;
        const { stdout } = spawnSync(PYTHON, ['-W', 'ignore', '-c', program, again, processed], { encoding: 'utf8' });
        expect(stdout.trim()).toBe('50 50');
      },
    );

    test('what we prepared gives training the same through either format', async () => {
      const [compact, upstream] = await Promise.all(
        [path.join(folder, 'out'), ours].map((where) => withPrepared(where, (corpus) => all(corpus))),
      );
      const essence = ({ name, role, speaker, phonemes, tokens, normalized, text, language }: PreparedTurn) => {
        return { name, role, speaker, phonemes, tokens, normalized, text, language };
      };
      expect(upstream.map(({ id, split, turns }) => ({ id, split, turns: turns.map(essence) }))).toEqual(
        compact.map(({ id, split, turns }) => ({ id, split, turns: turns.map(essence) })),
      );
    });
  },
);

async function all(corpus: PreparedCorpus) {
  return Promise.all(Array.from({ length: corpus.size }, (_, index) => corpus.dialogue(index)));
}

function sameNumbers(first: ArrayLike<number>, second: ArrayLike<number>): boolean {
  if (first.length !== second.length) return false;
  for (let index = 0; index < first.length; index++) if (first[index] !== second[index]) return false;
  return true;
}

function editDistance(first: readonly string[], second: readonly string[]): number {
  let row = second.map((_, index) => index + 1);
  row.unshift(0);
  for (const [i, symbol] of first.entries()) {
    const next = [i + 1];
    for (const [j, other] of second.entries()) {
      next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (symbol === other ? 0 : 1)));
    }
    row = next;
  }
  return row[second.length];
}

function signalToNoise(actual: Float32Array, expected: Float32Array): number {
  let signal = 0;
  let noise = 0;
  for (let index = 0; index < expected.length; index++) {
    signal += expected[index] ** 2;
    noise += (actual[index] - expected[index]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

/** The 16-bit floats as they stand in the zip archive: the largest entry, which is stored without compression. */
function storedHalves(zip: Buffer): Uint16Array {
  const at = zip.indexOf('/data/0');
  const header = zip.lastIndexOf('PK\x03\x04', at, 'latin1');
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const length = zip.readUInt32LE(
    zip.indexOf('PK\x01\x02', start, 'latin1') >= 0 ? centralEntry(zip) + 24 : header + 22,
  );
  return new Uint16Array(zip.buffer.slice(zip.byteOffset + start, zip.byteOffset + start + length));
}

/** The entry of `…/data/0` in the archive's directory. */
function centralEntry(zip: Buffer): number {
  const name = zip.lastIndexOf('/data/0');
  return zip.lastIndexOf('PK\x01\x02', name, 'latin1');
}

/** IEEE 754 binary16, written here once more so that the reader is not checked against itself. */
function valueOfHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
