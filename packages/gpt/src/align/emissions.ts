// How likely each speech token is while a phoneme is sounded: what ties the tokens of a reply to its text, learnt with the voice.
import { CheckpointError, readSafetensors, writeSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { GptError } from '../errors';

/** P(token | phoneme), as logarithms. */
export interface TokenEmissions {
  /** Speech tokens, the end of speech not among them. */
  readonly tokens: number;
  /** By phoneme id: its row, or −1 for a phoneme that was never seen in training. The row `rows` − 1 is the silence before and after. */
  readonly rowOf: Int32Array;
  readonly rows: number;
  /** `[rows, tokens]`, natural logarithms. */
  readonly logProbabilities: Float32Array;
  /** By row: how many tokens the phoneme lasts, the mean of the logarithm and its deviation. */
  readonly durations: readonly { mean: number; deviation: number }[];
}

const FORMAT = 'gpt-talker-token-emissions';
const VERSION = '1';
/** Steps of the stored logarithms: 16 a unit of the natural logarithm, from 0 down. */
const STEPS = 16;

/** As a safetensors file, the emissions (`alignment`) of a voice: logarithms in 8 bits. */
export function writeEmissions({ tokens, rowOf, rows, logProbabilities, durations }: TokenEmissions): Uint8Array {
  const bytes = Uint8Array.from(logProbabilities, (value) => Math.min(255, Math.max(0, Math.round(-STEPS * value))));
  const tensors = new Map<string, ArrayTensor>([
    ['row_of_phoneme', { dtype: 'int32', shape: [rowOf.length], data: rowOf }],
    ['log_probabilities', { dtype: 'uint8', shape: [rows, tokens], data: bytes }],
    [
      'durations',
      {
        dtype: 'float32',
        shape: [rows, 2],
        data: Float32Array.from(durations.flatMap(({ mean, deviation }) => [mean, deviation])),
      },
    ],
  ]);
  return writeSafetensors(tensors, { format: FORMAT, version: VERSION });
}

/**
 * @param symbols how many phoneme symbols the voice has
 * @param tokens how many speech tokens, without the end of speech
 * @throws GptError `graph` where the bytes are anything but such a file for such a voice
 */
export function readEmissions(bytes: Uint8Array, symbols: number, tokens: number): TokenEmissions {
  const { tensors, metadata } = parse(bytes);
  if (metadata.format !== FORMAT || metadata.version !== VERSION) throw bad(`it is not of version ${VERSION}`);
  const rowOf = tensors.get('row_of_phoneme');
  const logarithms = tensors.get('log_probabilities');
  const durations = tensors.get('durations');
  if (!(rowOf?.data instanceof Int32Array) || rowOf.data.length !== symbols)
    throw bad(`"row_of_phoneme" is not of ${symbols} phonemes`);
  if (!(logarithms?.data instanceof Uint8Array) || logarithms.shape.length !== 2 || logarithms.shape[1] !== tokens)
    throw bad(`"log_probabilities" is not of ${tokens} tokens`);
  const [rows] = logarithms.shape;
  if (rows < 1 || rowOf.data.some((row) => row < -1 || row >= rows))
    throw bad('"row_of_phoneme" names rows beyond its table');
  if (!(durations?.data instanceof Float32Array) || durations.data.length !== 2 * rows)
    throw bad(`"durations" is not of ${rows} rows`);
  const times = durations.data;
  if (!times.every((value) => Number.isFinite(value) && Math.abs(value) < 100))
    throw bad('"durations" holds impossible numbers');
  return {
    tokens,
    rowOf: rowOf.data,
    rows,
    logProbabilities: Float32Array.from(logarithms.data, (value) => -value / STEPS),
    durations: Array.from({ length: rows }, (_, row) => ({
      mean: times[2 * row],
      deviation: Math.max(0.05, times[2 * row + 1]),
    })),
  };
}

function parse(bytes: Uint8Array) {
  try {
    return readSafetensors(bytes, 'emissions');
  } catch (error) {
    if (error instanceof CheckpointError) throw bad(error.message);
    throw error;
  }
}

function bad(problem: string): GptError {
  return new GptError('graph', `emissions (alignment): ${problem}; export the voice again`);
}
