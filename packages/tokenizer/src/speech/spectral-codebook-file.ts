// A fitted SpectralEncoder as a safetensors file: the `codebook` of a voice.
import { CheckpointError, readSafetensors, writeSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { CEPSTRA, FRAMES_PER_TOKEN } from './spectral-frames';
import { FEATURES, type SpectralStatistics } from './spectral-normalisation';
import { SpeechEncoderError } from './speech-encoder';

/** All that a SpectralEncoder knows. */
export interface SpectralCodebook {
  statistics: SpectralStatistics;
  /** [codes, FRAMES_PER_TOKEN × FEATURES], row by row. */
  centroids: Float32Array;
}

const FORMAT = 'gpt-talker-spectral-codebook';
const VERSION = '1';
const CODE_WIDTH = FRAMES_PER_TOKEN * FEATURES;
const WARPS = { least: 0.5, most: 2 };

export function writeCodebook({ statistics, centroids }: SpectralCodebook): Uint8Array {
  const { registers, alignments, weights } = statistics;
  const tensor = (width: number, ...rows: Float32Array[]): ArrayTensor => {
    const data = Float32Array.from(rows.flatMap((row) => [...row]));
    return { dtype: 'float32', shape: [data.length / width, width], data };
  };
  const tensors = new Map([
    ['register_profiles', tensor(CEPSTRA, ...registers.profiles)],
    ['register_scale', tensor(CEPSTRA, registers.scale)],
    [
      'warps',
      tensor(
        1,
        Float32Array.from(alignments, ({ warp }) => warp),
      ),
    ],
    ['means', tensor(CEPSTRA, ...alignments.map(({ mean }) => mean))],
    ['maps', tensor(CEPSTRA * CEPSTRA, ...alignments.map(({ map }) => map))],
    ['weights', tensor(FEATURES, weights)],
    ['centroids', tensor(CODE_WIDTH, centroids)],
  ]);
  return writeSafetensors(tensors, { format: FORMAT, version: VERSION });
}

/** @throws SpeechEncoderError (`bad-codebook`) when the bytes are anything but such a file */
export function readCodebook(bytes: Uint8Array): SpectralCodebook {
  const { tensors, metadata } = parse(bytes);
  if (metadata.format !== FORMAT || metadata.version !== VERSION) {
    throw bad(`it is not a version ${VERSION} spectral codebook`);
  }
  const rows = (name: string, width: number, count?: number): Float32Array[] => {
    const { data, shape } = tensors.get(name) ?? {};
    if (!(data instanceof Float32Array) || shape?.length !== 2 || shape[1] !== width || shape[0] < 1)
      throw bad(`"${name}" is missing or misshapen`);
    if (count !== undefined && shape[0] !== count) throw bad(`"${name}" has ${shape[0]} rows, not ${count}`);
    if (!data.every(Number.isFinite)) throw bad(`"${name}" holds numbers that are not finite`);
    return Array.from({ length: shape[0] }, (_, row) => data.slice(row * width, (row + 1) * width));
  };
  const profiles = rows('register_profiles', CEPSTRA);
  const warps = rows('warps', 1, profiles.length);
  if (!warps.every(([warp]) => warp >= WARPS.least && warp <= WARPS.most))
    throw bad('"warps" holds impossible numbers');
  const means = rows('means', CEPSTRA, profiles.length);
  const maps = rows('maps', CEPSTRA * CEPSTRA, profiles.length);
  const [scale] = rows('register_scale', CEPSTRA, 1);
  const [weights] = rows('weights', FEATURES, 1);
  const centroids = Float32Array.from(rows('centroids', CODE_WIDTH).flatMap((row) => [...row]));
  const alignments = warps.map(([warp], register) => ({ warp, mean: means[register], map: maps[register] }));
  return { statistics: { registers: { profiles, scale }, alignments, weights }, centroids };
}

function parse(bytes: Uint8Array) {
  try {
    return readSafetensors(bytes, 'codebook');
  } catch (error) {
    if (error instanceof CheckpointError) throw bad(error.message, error);
    throw error;
  }
}

function bad(problem: string, cause?: unknown): SpeechEncoderError {
  return new SpeechEncoderError('bad-codebook', `speech codebook: ${problem}; export the voice again`, { cause });
}
