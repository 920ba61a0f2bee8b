// Sound and features of a prepared turn, read when they are needed, from whichever format they are stored in.
import { readCheckpointFile, isArrayTensor, CheckpointError } from '@gpt-talker/checkpoint';
import { decodeFile, type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../errors';
import { readSpan, type RowSpan } from '../files/shard';
import { type PreparedTurn } from './types';

/** [rows, width] row by row. */
export interface Features {
  data: Float32Array;
  rows: number;
  width: number;
}

/** The turn's sound at the rate at which it is stored. @throws DatasetError where the corpus came without */
export async function readTurnAudio(turn: PreparedTurn): Promise<Audio> {
  const { audio } = turn;
  if (audio === undefined) {
    throw new DatasetError(
      'prepared',
      `${nameOf(turn)}: the prepared corpus has no sound for it; prepare it with sound`,
    );
  }
  if (typeof audio === 'string') return decodeFile(audio);
  const values = await readSpan(audio);
  return { samples: Float32Array.from(values, (value) => value / 32768), sampleRate: audio.sampleRate };
}

/** BERT features, [phonemes, width]; undefined where the language has none. */
export async function readTurnFeatures(turn: PreparedTurn): Promise<Features | undefined> {
  return turn.features === undefined ? undefined : readFeatures(turn.features, turn.phonemes.length);
}

/** SSL features, [frames, width]; undefined where the corpus came without. */
export async function readTurnSsl({ ssl }: PreparedTurn): Promise<Features | undefined> {
  return ssl === undefined ? undefined : readFeatures(ssl);
}

/** The embedding of the turn's speaker; undefined where the corpus came without. */
export async function readTurnSpeaker({ speakerEmbedding }: PreparedTurn): Promise<Float32Array | undefined> {
  if (speakerEmbedding === undefined) return undefined;
  if (typeof speakerEmbedding !== 'string') return (await readSpan(speakerEmbedding)) as Float32Array;
  try {
    const { value } = await readCheckpointFile(speakerEmbedding);
    if (isArrayTensor(value) && value.data instanceof Float32Array) return value.data;
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new DatasetError('prepared', error.message, { cause: error });
  }
  throw new DatasetError('prepared', `${speakerEmbedding}: does not hold a speaker's embedding; prepare it again`);
}

/** @param lastRows of a file with the history before it, only this many of its last rows */
async function readFeatures(place: string | RowSpan, lastRows?: number): Promise<Features> {
  if (typeof place === 'string') return readTorchFeatures(place, lastRows);
  const data = (await readSpan(place)) as Float32Array;
  return { data, rows: place.rows, width: data.length / place.rows };
}

/** Upstream's files hold one tensor [1, width, rows] or [width, rows]. */
async function readTorchFeatures(file: string, lastRows: number | undefined): Promise<Features> {
  try {
    const { value } = await readCheckpointFile(file);
    if (!isArrayTensor(value) || !(value.data instanceof Float32Array) || value.shape.length < 2) {
      throw new DatasetError('prepared', `${file}: does not hold features [width, frames]; prepare it again`);
    }
    const [width, columns] = value.shape.slice(-2);
    const rows = Math.min(columns, lastRows ?? columns);
    const data = new Float32Array(rows * width);
    for (let channel = 0; channel < width; channel++) {
      const from = channel * columns + columns - rows;
      for (let row = 0; row < rows; row++) data[row * width + channel] = value.data[from + row];
    }
    return { data, rows, width };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    throw new DatasetError('prepared', error.message, { cause: error });
  }
}

function nameOf({ name, text }: PreparedTurn): string {
  return name ?? `'${text.slice(0, 40)}'`;
}
