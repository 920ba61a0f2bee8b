// A prepared corpus as the files that upstream's training reads. Sequences of a turn begin with those of its history, whose length
// is chosen here, once and for all, as upstream does it.
import path from 'node:path';
import { resample, writeWav, peak } from '@gpt-talker/audio';
import { writeNumpyObject, writeTorch } from '@gpt-talker/checkpoint';
import { SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import { DatasetError } from '../errors';
import { makeFolder, writeAtomically, writeStreamAtomically } from '../files/atomic';
import { excluded, UPSTREAM_FILTERS, type Filters } from '../pipeline/filters';
import { readTurnAudio, readTurnFeatures, readTurnSpeaker, readTurnSsl, type Features } from '../store/turn-data';
import { type PreparedCorpus, type PreparedTurn } from '../store/types';
import { UPSTREAM_FILES, UPSTREAM_FOLDERS } from './files';
import { TurnNames } from './turn-names';
import { SEMANTIC_HEADER, semanticRow, textRow } from './rows';
import { pythonList } from './python-list';

export interface WriteUpstreamOptions {
  /** What the third column of slicer_opt.list is prefixed with. Default 'corpus'. */
  corpusName?: string;
  /** Limits for train.list, history length included. Default: upstream's. */
  filters?: Partial<Filters>;
  /** After each dialogue. */
  onProgress?: (turns: number) => void;
}

export interface UpstreamCounts {
  turns: number;
  /** Turns in train.list. */
  trained: number;
  withSound: number;
  withSsl: number;
}

const RATE = 32_000;
/** There are several files a turn, and they can be made again. */
const UNFLUSHED = { flush: false };

/** @throws DatasetError `output`; `prepared` where two turns would get the same name */
export async function writeUpstream(
  corpus: PreparedCorpus,
  folder: string,
  options: WriteUpstreamOptions = {},
): Promise<UpstreamCounts> {
  const { speaker: _laterVersions, ...folders } = UPSTREAM_FOLDERS;
  for (const name of Object.values(folders)) await makeFolder(path.join(folder, name));
  const counts: UpstreamCounts = { turns: 0, trained: 0, withSound: 0, withSsl: 0 };
  const filters = { ...UPSTREAM_FILTERS, ...options.filters };
  const at = (name: keyof typeof UPSTREAM_FILES) => path.join(folder, UPSTREAM_FILES[name]);
  // All text files grow together; each appears when all are complete.
  await writeStreamAtomically(at('list'), (list) =>
    writeStreamAtomically(at('text'), (text) =>
      writeStreamAtomically(at('featureLengths'), (lengths) =>
        writeStreamAtomically(at('semantic'), (semantic) =>
          writeStreamAtomically(at('train'), async (train) => {
            await semantic(`${SEMANTIC_HEADER}\n`);
            const names = new TurnNames();
            let first = true;
            for await (const dialogue of corpus.dialogues()) {
              const named = names.of(dialogue);
              for (const [index, turn] of dialogue.turns.entries()) {
                const from = Math.max(0, index - filters.historyTurns);
                const rows = new TurnRows(dialogue.turns.slice(from, index + 1), named.slice(from, index + 1));
                await list(`${rows.listLine(options.corpusName ?? 'corpus')}\n`);
                await text(`${rows.textLine()}\n`);
                await semantic(`${first ? '' : '\n'}${rows.semanticLine()}`);
                first = false;
                counts.turns++;
                if (excluded(rows.turns.map(counted), filters).gpt === undefined) {
                  await train(`${rows.trainLine()}\n`);
                  await writeIndexObjects(folder, rows);
                  counts.trained++;
                }
                if (await writeSound(folder, rows.name, turn)) counts.withSound++;
                const frames = await writeSsl(folder, rows.name, turn);
                if (frames !== undefined) {
                  await lengths(`${rows.name}\t[${frames}]\n`);
                  counts.withSsl++;
                }
                await writeBert(folder, rows);
                await writeSpeaker(folder, rows.name, turn);
              }
              options.onProgress?.(counts.turns);
            }
          }),
        ),
      ),
    ),
  );
  if (counts.turns === 0) throw new DatasetError('empty', `${corpus.path}: has no turn to write`);
  return counts;
}

const counted = ({ phonemes, tokens, seconds }: PreparedTurn) => ({
  phonemes: phonemes.length,
  tokens: tokens.length,
  seconds,
});

/** What the files say of a turn: `turns` and `names` are its history's and, last, its own. */
class TurnRows {
  constructor(
    readonly turns: readonly PreparedTurn[],
    private readonly names: readonly { name: string; speaker: string }[],
  ) {}

  get turn(): PreparedTurn {
    return this.turns[this.turns.length - 1];
  }

  get name(): string {
    return this.names[this.names.length - 1].name;
  }

  get speakers(): string[] {
    return this.names.map(({ speaker }) => speaker);
  }

  get phonemeIds(): number[] {
    return this.turns.flatMap(({ phonemes }) => phonemes);
  }

  get tokens(): number[] {
    return this.turns.flatMap(({ tokens }) => tokens);
  }

  get phonemeCounts(): number[] {
    return this.turns.map(({ phonemes }) => phonemes.length);
  }

  get tokenCounts(): number[] {
    return this.turns.map(({ tokens }) => tokens.length);
  }

  /** One list for all turns where any has features: upstream's tensor spans the whole sequence. */
  get featureCounts(): number[] {
    return this.turns.some(({ features }) => features !== undefined) ? this.phonemeCounts : [];
  }

  listLine(corpusName: string): string {
    const { text, language = 'en' } = this.turn;
    const speaker = `${corpusName}_${language.toUpperCase()}_${this.speakers.at(-1)}`;
    const spoken = text.replace(/\s+/g, ' ').trim();
    return [`${UPSTREAM_FOLDERS.sound}/${this.name}`, speaker, language.toUpperCase(), spoken].join('|');
  }

  textLine(): string {
    return textRow({
      name: this.name,
      phonemes: this.phonemeIds.map((id) => SYMBOLS_V2[id]),
      word2ph: this.turns.flatMap(({ language, wordLengths = [] }) => (language === 'zh' ? wordLengths : [])),
      normalized: this.turns.map(({ normalized, text }) => normalized ?? text).join(' '),
      phonemeCounts: this.phonemeCounts,
      featureCounts: this.featureCounts,
      speakers: this.speakers,
    });
  }

  semanticLine(): string {
    return semanticRow({ name: this.name, tokens: this.tokens, tokenCounts: this.tokenCounts });
  }

  trainLine(): string {
    return pythonList([this.name, this.tokens.length, this.phonemeIds.length]);
  }
}

async function writeIndexObjects(folder: string, rows: TurnRows): Promise<void> {
  const ids = { semantic: rows.tokens, phoneme: rows.phonemeIds };
  await writeAtomically(path.join(folder, UPSTREAM_FOLDERS.ids, `${rows.name}.npy`), writeNumpyObject(ids), UNFLUSHED);
  const lengths = {
    phone_len: rows.phonemeCounts,
    bert_feature_len: rows.featureCounts,
    speaker_list: rows.speakers.map(Number),
    semantic_len: rows.tokenCounts,
  };
  await writeAtomically(
    path.join(folder, UPSTREAM_FOLDERS.lengths, `${rows.name}.npy`),
    writeNumpyObject(lengths),
    UNFLUSHED,
  );
}

/** 32 kHz at upstream's level; sound that a corpus holds in this form already is copied to the bit. */
async function writeSound(folder: string, name: string, turn: PreparedTurn): Promise<boolean> {
  if (turn.audio === undefined) return false;
  const isStored = typeof turn.audio !== 'string' || turn.audio.includes(UPSTREAM_FOLDERS.sound);
  const audio = await resample(await readTurnAudio(turn), RATE);
  const scale = isStored ? 1 : 0.475 / Math.max(peak(audio.samples), 1e-9) + 0.5;
  const samples = scale === 1 ? audio.samples : audio.samples.map((sample) => sample * scale);
  await writeAtomically(
    path.join(folder, UPSTREAM_FOLDERS.sound, name),
    writeWav({ samples, sampleRate: RATE }),
    UNFLUSHED,
  );
  return true;
}

async function writeSsl(folder: string, name: string, turn: PreparedTurn): Promise<number | undefined> {
  const features = await readTurnSsl(turn);
  if (features === undefined) return undefined;
  const data = transposed(features);
  const tensor = { dtype: 'float16' as const, shape: [1, features.width, features.rows], data };
  await writeAtomically(path.join(folder, UPSTREAM_FOLDERS.ssl, `${name}.pt`), writeTorch(tensor), UNFLUSHED);
  return features.rows;
}

/** What v2Pro is trained with; its folder is there only where a corpus has speakers. */
async function writeSpeaker(folder: string, name: string, turn: PreparedTurn): Promise<void> {
  const data = await readTurnSpeaker(turn);
  if (data === undefined) return;
  await makeFolder(path.join(folder, UPSTREAM_FOLDERS.speaker));
  const tensor = { dtype: 'float16' as const, shape: [1, data.length], data };
  await writeAtomically(path.join(folder, UPSTREAM_FOLDERS.speaker, `${name}.pt`), writeTorch(tensor), UNFLUSHED);
}

async function writeBert(folder: string, rows: TurnRows): Promise<void> {
  if (rows.featureCounts.length === 0) return;
  const all = await Promise.all(rows.turns.map(readTurnFeatures));
  const width = all.find((features) => features !== undefined)!.width;
  const data = new Float32Array(rows.phonemeIds.length * width);
  let row = 0;
  for (const [index, features] of all.entries()) {
    if (features) data.set(features.data, row * width); // zeros for turns without
    row += rows.turns[index].phonemes.length;
  }
  const tensor = { dtype: 'float16' as const, shape: [width, row], data: transposed({ data, rows: row, width }) };
  await writeAtomically(path.join(folder, UPSTREAM_FOLDERS.bert, `${rows.name}.pt`), writeTorch(tensor), UNFLUSHED);
}

/** [rows, width] → [width, rows]. */
function transposed({ data, rows, width }: Features): Float32Array {
  const result = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < width; channel++) result[channel * rows + row] = data[row * width + channel];
  }
  return result;
}
