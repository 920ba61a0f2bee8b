// The batches of stage 2: whole utterances, padded to the nearest of a few lengths (buckets, so that few graphs serve all batches),
// of which a random segment is decoded. Epoch by epoch, every utterance once; seed and epoch fix the order, seed and step the rest.
// B batch, F frames, T = F / 2 tokens, L phonemes, S samples of a segment.
import { linearSpectrogram, melFilterBank, resample } from '@gpt-talker/audio';
import {
  EpochPlanner,
  planBuckets,
  readTurn,
  readTurnAudio,
  readTurnSpeaker,
  readTurnSsl,
  requireSplit,
  UtteranceTable,
  type BucketPlan,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
} from '@gpt-talker/dataset';
import { randomForName, type Random } from '@gpt-talker/nn';
import { float32, int32 } from '@gpt-talker/runtime';
import { FRAMES_PER_TOKEN } from '@gpt-talker/vits/model';
import type { Batch } from '../engine/engine';
import { placeNormals, randomForRow } from '../engine/noise';
import { rowRange, WHOLE, type Shard } from '../parallel/shard';
import { TrainingDataError } from '../run/data-error';
import type { ConVitsRecipe, UtteranceRecipe } from './recipe';
import { checkIds, type ConVitsSampler, type ReadBatch } from './sampler';

const MEL_FLOOR = 1e-5;

export type UtteranceOptions = Pick<ConVitsRecipe, 'seed' | 'accumulate' | 'audio' | 'freezeQuantizer' | 'shard'> & {
  examples: UtteranceRecipe;
  model: Pick<ConVitsRecipe['model'], 'interChannels' | 'symbols' | 'quantizer' | 'speaker'>;
};

export class UtteranceSampler implements ConVitsSampler {
  private readonly epochs: EpochPlanner<BucketPlan>;
  private readonly filters: Float32Array;

  private constructor(
    private readonly corpus: PreparedCorpus,
    private readonly utterances: UtteranceTable,
    private readonly options: UtteranceOptions,
  ) {
    const { seed, accumulate, audio, examples } = options;
    const { bucketFrames, batchSize, mel } = examples;
    const members = bucketFrames.map((): number[] => []);
    for (let index = 0; index < utterances.size; index++) members[bucketOf(utterances.at(index), options)].push(index);
    const buckets = members.map((indices) => Int32Array.from(indices));
    const whole = batchSize * (options.shard ?? WHOLE).ranks;
    this.epochs = new EpochPlanner((epoch) => planBuckets(buckets, randomForName(seed, `epoch/${epoch}`), whole), {
      accumulate,
    });
    this.filters = melFilterBank({ sampleRate: audio.sampleRate, fftSize: audio.fftSize, ...mel });
  }

  /** @throws DatasetError `empty` where the split has no dialogue, TrainingDataError where no utterance fits into a bucket */
  static async open(corpus: PreparedCorpus, split: Split, options: UtteranceOptions): Promise<UtteranceSampler> {
    requireSplit(corpus, split);
    const utterances = await UtteranceTable.build(corpus, {
      split,
      stage: 'vits',
      accepts: (turn) => turn.sound && bucketOf(turn, options) >= 0,
    });
    if (utterances.size === 0)
      throw new TrainingDataError(
        `No utterance with a recording has ${segmentFramesOf(options)} to ${options.examples.bucketFrames.at(-1)} frames; change train.bucket_frames or train.segment_size.`,
      );
    return new UtteranceSampler(corpus, utterances, options);
  }

  get stepsPerEpoch(): number {
    return this.stepsOf(1);
  }

  stepsOf(epochs: number): number {
    return this.epochs.stepsOf(epochs);
  }

  at(step: number): Promise<ReadBatch[]> {
    const { accumulate } = this.options;
    return Promise.all(this.epochs.at(step).map((plan, index) => this.read(plan, step * accumulate + index)));
  }

  /** This rank's rows of a batch. */
  private async read({ bucket, rows }: BucketPlan, number: number): Promise<ReadBatch> {
    const { seed, audio, examples, model, freezeQuantizer, shard = WHOLE } = this.options;
    const own = rowRange(shard, examples.batchSize);
    const randoms = Array.from({ length: own.count }, (_, row) =>
      randomForRow(seed, `segments/${number}`, own.first + row),
    );
    const turns = await Promise.all(
      rows.slice(own.first, own.first + own.count).map((index) => readTurn(this.corpus, this.utterances.at(index))),
    );
    turns.forEach((turn) => checkIds(turn, model));
    const [B, F, S] = [turns.length, examples.bucketFrames[bucket], examples.segmentSamples];
    const [T, L, bins] = [F / FRAMES_PER_TOKEN, phonemesOf(F, this.options), audio.fftSize / 2 + 1];
    const { mels } = examples.mel;
    const segment = segmentFramesOf(this.options);
    const { size: codebookSize, width: W } = model.quantizer;
    const codes = new Int32Array(B * T);
    const ssl = new Float32Array(freezeQuantizer ? 0 : B * W * F);
    const text = new Int32Array(B * L);
    const { speaker } = model;
    const speakers = new Float32Array(B * (speaker?.width ?? 0));
    const textMask = new Float32Array(B * L);
    const frameMask = new Float32Array(B * F);
    const referenceMask = new Float32Array(B * F);
    const spectrogram = new Float32Array(B * bins * F);
    const waveform = new Float32Array(B * S);
    const mel = new Float32Array(B * segment * mels);
    const starts = new Int32Array(B);
    const noise = new Float32Array(B * model.interChannels * F);
    const places = new Int32Array(B * T);
    const candidates: Int32Array[] = [];
    for (const [row, turn] of turns.entries()) {
      const { samples } = await resample(await readTurnAudio(turn), audio.sampleRate);
      const magnitudes = linearSpectrogram(samples, {
        fftSize: audio.fftSize,
        hopSamples: audio.hopSamples,
        windowSamples: audio.windowSamples,
      });
      const tokens = Math.min(turn.tokens.length, Math.floor(magnitudes.frames / FRAMES_PER_TOKEN));
      const frames = tokens * FRAMES_PER_TOKEN;
      codes.set(turn.tokens.slice(0, tokens), row * T);
      text.set(turn.phonemes, row * L);
      textMask.fill(1, row * L, row * L + turn.phonemes.length);
      frameMask.fill(1, row * F, row * F + frames);
      referenceMask.fill(1, row * F, row * F + frames);
      for (let bin = 0; bin < bins; bin++) {
        const from = bin * magnitudes.frames;
        spectrogram.set(magnitudes.data.subarray(from, from + frames), (row * bins + bin) * F);
      }
      const random = randoms[row];
      const start = random.integer(Math.max(1, frames - segment + 1));
      starts[row] = start;
      waveform.set(samples.subarray(start * audio.hopSamples, start * audio.hopSamples + S), row * S);
      this.placeMel(magnitudes.data, magnitudes.frames, start, mel.subarray(row * segment * mels));
      if (examples.referenceSplit && frames > segment)
        referenceMask.fill(0, row * F + start, row * F + Math.min(frames, start + segment));
      placeNormals(random, noise.subarray(row * model.interChannels * F, (row + 1) * model.interChannels * F));
      if (speaker) speakers.set(await speakerOf(turn, speaker.width), row * speaker.width);
      if (freezeQuantizer) continue;
      await placeSsl(turn, ssl.subarray(row * W * F), W, F);
      // Padding stands for no sound: its places are taken by vectors of the same row, for averages and revived codes.
      for (let token = 0; token < T; token++)
        places[row * T + token] = row * T + (token < tokens ? token : random.integer(tokens));
      candidates.push(Int32Array.from({ length: codebookSize }, () => row * T + random.integer(tokens)));
    }
    const batch: Batch = {
      ...(freezeQuantizer
        ? { codes: int32(codes, [B, 1, T]) }
        : {
            ssl: float32(ssl, [B, W, F]),
            vectors: int32(places, [B * T]),
            ...revivedCodes(candidates, randomForName(seed, `revived/${number}`), shard),
          }),
      text: int32(text, [B, L]),
      text_mask: float32(textMask, [B, 1, L]),
      frame_mask: float32(frameMask, [B, 1, F]),
      ...(examples.referenceSplit && { reference_mask: float32(referenceMask, [B, 1, F]) }),
      ...(speaker && { speaker: float32(speakers, [B, speaker.width]) }),
      spectrogram: float32(spectrogram, [B, bins, F]),
      starts: int32(starts, [B]),
      waveform: float32(waveform, [B, 1, S]),
      mel: float32(mel, [B, segment, mels]),
      posterior_noise: float32(noise, [B, model.interChannels, F]),
    };
    return { number, names: turns.map(({ name, text: spoken }) => name ?? spoken), batch };
  }

  /** Log-mel of a segment, from the whole utterance's magnitudes as upstream takes it: [segment, mels]. */
  private placeMel(magnitudes: Float32Array, frames: number, start: number, into: Float32Array): void {
    const { mels } = this.options.examples.mel;
    const bins = this.options.audio.fftSize / 2 + 1;
    for (let frame = 0; frame < segmentFramesOf(this.options); frame++) {
      for (let band = 0; band < mels; band++) {
        let sum = 0;
        if (start + frame < frames)
          for (let bin = 0; bin < bins; bin++)
            sum += this.filters[band * bins + bin] * magnitudes[bin * frames + start + frame];
        into[frame * mels + band] = Math.log(Math.max(sum, MEL_FLOOR));
      }
    }
  }
}

const segmentFramesOf = ({ examples, audio }: Pick<UtteranceOptions, 'examples' | 'audio'>): number =>
  examples.segmentSamples / audio.hopSamples;

/** Phonemes that an utterance of this many frames may have. */
const phonemesOf = (frames: number, { examples }: Pick<UtteranceOptions, 'examples'>): number =>
  Math.ceil(frames * examples.phonemesPerFrame);

/** The smallest bucket that takes an utterance; −1 if none does, or if it has no segment or no text. */
function bucketOf({ phonemes, tokens }: { phonemes: number; tokens: number }, options: UtteranceOptions): number {
  const frames = tokens * FRAMES_PER_TOKEN;
  if (phonemes === 0 || frames < segmentFramesOf(options)) return -1;
  return options.examples.bucketFrames.findIndex((size) => frames <= size && phonemes <= phonemesOf(size, options));
}

async function speakerOf(turn: PreparedTurn, width: number): Promise<Float32Array> {
  const embedding = await readTurnSpeaker(turn);
  if (embedding?.length === width) return embedding;
  throw new TrainingDataError(
    `${turn.name ?? turn.text}: ${embedding ? `its speaker's embedding has ${embedding.length} numbers, the model takes ${width}` : "has no speaker's embedding, which this model is trained with"}; prepare with the speaker encoder that belongs to the weights`,
  );
}

/** [rows, width] → [width, F] */
async function placeSsl(turn: PreparedTurn, into: Float32Array, width: number, frames: number): Promise<void> {
  const features = await readTurnSsl(turn);
  if (!features)
    throw new TrainingDataError(
      `${turn.name ?? turn.text}: has no SSL features, which a quantiser that is trained needs; prepare with them, or set model.freeze_quantizer`,
    );
  if (features.width !== width)
    throw new TrainingDataError(
      `${turn.name ?? turn.text}: its SSL features have width ${features.width}, model.codebook_width is ${width}`,
    );
  for (let frame = 0; frame < Math.min(features.rows, frames); frame++)
    for (let channel = 0; channel < width; channel++)
      into[channel * frames + frame] = features.data[frame * width + channel];
}

/**
 * Which vector takes the place of a code that nobody uses: of a row that is drawn from the whole batch, so that all ranks draw the same,
 * the one that the row has drawn for the code.
 * @param candidates places [codes] that each of this rank's rows has drawn
 * @returns `revived` [codes], and where the row may be another rank's, `revived_here` [codes]: 1 where it is not
 */
function revivedCodes(candidates: readonly Int32Array[], random: Random, shard: Shard): Batch {
  const own = rowRange(shard, candidates.length);
  const codes = candidates[0].length;
  const rows = Int32Array.from({ length: codes }, () => random.integer(candidates.length * shard.ranks) - own.first);
  const isHere = (row: number) => row >= 0 && row < candidates.length;
  const revived = rows.map((row, code) => (isHere(row) ? candidates[row][code] : 0));
  return {
    revived: int32(revived, [codes]),
    ...(shard.ranks > 1 && {
      revived_here: float32(
        Float32Array.from(rows, (row) => (isHere(row) ? 1 : 0)),
        [codes],
      ),
    }),
  };
}
