// Whether a voice's graphs compute what the model's definition computes with the weights that they are said to come from: both on the
// same short made-up input. Differences are those of weights in 16 or 8 bits, or the voice is of other weights.
import * as tf from '@tensorflow/tfjs-core';
import { gptGraph } from '@gpt-talker/gpt/model';
import { Random } from '@gpt-talker/nn';
import { isDict, readCheckpointFile } from '@gpt-talker/checkpoint';
import { SessionHost, type HostTensor } from '@gpt-talker/runtime';
import { readSpeakerEncoder, speakerEncoderGraph } from '@gpt-talker/tokenizer/speaker';
import { convitsGraphs } from '@gpt-talker/vits/model';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { type Exportable } from '../voice-builder';
import { ImportError } from './errors';
import { withQuickSlices } from './quick-slices';
import { readStageOne } from './stage-one';
import { readStageTwo } from './stage-two';

export interface ComparedOutput {
  /** The file of the voice. */
  graph: string;
  output: string;
  /** Largest difference, as a share of the largest value. */
  difference: number;
  tolerance: number;
}

export interface CompareOptions {
  /** The folder of a voice. */
  voice: string;
  /** Files that it was imported from: a first stage, a second stage, a speaker encoder; in any order. */
  checkpoints: readonly string[];
  onProgress?: (step: string) => void;
}

/** Weights in 16 bits differ by a few thousandths after so many layers, ConGPT's in 8 bits by a few hundredths. */
const TOLERANCE = 0.02;
const INT8_TOLERANCE = 0.15;
/** New positions, frames and the like of the made-up input: small, so that a full-size model is computed in seconds. */
const LENGTHS: Readonly<Record<string, number>> = { T: 2, P: 1, L: 3, F: 4 };
/** Two remain where statistics over time are taken, which one has none of. */
const SPEAKER_FRAMES = 16;

/** @throws ImportError, CheckpointError, VoiceFileError; ImportError `mismatch` for a checkpoint that no graph of the voice is of */
export async function compareGraphs({
  voice: folder,
  checkpoints,
  onProgress,
}: CompareOptions): Promise<ComparedOutput[]> {
  const voice = await openVoice(folder);
  const host = await SessionHost.start();
  try {
    const compared: ComparedOutput[] = [];
    for (const file of checkpoints) {
      onProgress?.(`comparing with ${file}`);
      compared.push(...(await compareWith(file, voice, host)));
    }
    return compared;
  } finally {
    await host.dispose();
  }
}

async function compareWith(file: string, voice: Voice, host: SessionHost): Promise<ComparedOutput[]> {
  const names = await weightNames(file);
  const has = (part: RegExp) => names.some((name) => part.test(name));
  if (has(/(^|\.)ar_text_embedding\./)) {
    const { model, store } = await readStageOne(file, { features: voice.manifest.text.features === 'bert' });
    try {
      return await compareOne(voice, host, 'gpt', gptGraph(model));
    } finally {
      store.dispose();
    }
  }
  if (has(/(^|\.)enc_p\./)) {
    const { model, store } = await readStageTwo(file);
    try {
      const compared: ComparedOutput[] = [];
      for (const [key, graph] of Object.entries(convitsGraphs(model)))
        compared.push(...(await compareOne(voice, host, key, graph)));
      return compared;
    } finally {
      store.dispose();
    }
  }
  if (has(/(^|\.)fuse34\./) && voice.manifest.speaker) {
    const { model, store } = await readSpeakerEncoder(file);
    try {
      return await compareOne(voice, host, voice.manifest.speaker.file, speakerEncoderGraph(model));
    } finally {
      store.dispose();
    }
  }
  throw new ImportError(
    'mismatch',
    `${file}: is neither stage of this voice, nor its speaker encoder; give the files that it was imported from`,
  );
}

async function weightNames(file: string): Promise<string[]> {
  const { value } = await readCheckpointFile(file);
  if (!isDict(value)) return [];
  const inner = ['weight', 'model'].map((key) => value[key]).find(isDict);
  return Object.keys(inner ?? value);
}

async function compareOne(voice: Voice, host: SessionHost, key: string, graph: Exportable): Promise<ComparedOutput[]> {
  const feeds = madeUpFeeds(graph);
  const session = await host.load(voice.path(key));
  try {
    const actual = await session.run(feeds);
    const tensors = Object.fromEntries(
      Object.entries(feeds).map(([name, { data, dims, type }]) => [
        name,
        tf.tensor(data as Float32Array, [...dims], type === 'int32' ? 'int32' : 'float32'),
      ]),
    );
    const expected = withQuickSlices(() => graph.run(tensors));
    const compared: ComparedOutput[] = [];
    for (const [output, tensor] of Object.entries(expected)) {
      // Codes are the nearest of many: a rounding may choose a neighbour, and how near it is does not show.
      if (tensor.dtype === 'int32') continue;
      const difference = relativeDifference(
        actual[output]?.data as Float32Array | undefined,
        tensor.dataSync() as Float32Array,
      );
      compared.push({ graph: key, output, difference, tolerance: key === 'gpt' ? INT8_TOLERANCE : TOLERANCE });
    }
    tf.dispose([tensors, expected]);
    return compared;
  } finally {
    await session.dispose();
  }
}

/** Infinity where an output is missing, has another size or is not finite. */
function relativeDifference(actual: Float32Array | undefined, expected: Float32Array): number {
  if (actual?.length !== expected.length) return Infinity;
  let [worst, largest] = [0, 1e-6];
  for (let index = 0; index < expected.length; index++) {
    const difference = Math.abs(actual[index] - expected[index]);
    if (!(difference <= worst)) worst = Number.isNaN(difference) ? Infinity : difference;
    largest = Math.max(largest, Math.abs(expected[index]));
  }
  return worst / largest;
}

/** Numbers of usual size; ids that every table has; nothing hidden. */
function madeUpFeeds({ inputs }: Exportable): Record<string, HostTensor> {
  const random = new Random(1);
  return Object.fromEntries(
    inputs.map(({ name, shape, dtype = 'float32' }) => {
      const dims = shape.map((length) => (typeof length === 'number' ? length : lengthOf(length, name)));
      const size = dims.reduce((product, length) => product * length, 1);
      const tensor: HostTensor =
        dtype === 'int32'
          ? { type: 'int32', data: Int32Array.from({ length: size }, (_, index) => index + 1), dims }
          : { type: 'float32', data: Float32Array.from({ length: size }, () => valueOf(name, random)), dims };
      return [name, tensor];
    }),
  );
}

function lengthOf(length: string, input: string): number {
  if (input === 'fbank') return SPEAKER_FRAMES;
  return length.split('+').reduce((sum, part) => sum + (LENGTHS[part.trim()] ?? 1), 0);
}

function valueOf(name: string, random: Random): number {
  if (name === 'mask' || name === 'kind') return 0;
  if (name === 'noise_scale') return 0.5;
  return name === 'spectrogram' ? Math.abs(random.normal()) : 0.5 * random.normal();
}
