// The batches of stage 2: whole utterances, padded to the nearest of a few lengths (buckets, so that few graphs serve all batches),
// of which a random segment is decoded. Epoch by epoch, every utterance once; seed and epoch fix the order, seed and step the rest.
// B batch, F frames, T = F / 2 tokens, L phonemes, S samples of a segment.
import { linearSpectrogram, melFilterBank, resample } from '@gpt-talker/audio';
import {
  readTurn,
  readTurnAudio,
  readTurnSpeaker,
  readTurnSsl,
  requireSplit,
  UtteranceTable,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
} from '@gpt-talker/dataset';
import { randomForName, type Random } from '@gpt-talker/nn';
import { float32, int32 } from '@gpt-talker/runtime';
import { FRAMES_PER_TOKEN } from '@gpt-talker/vits/model';
import type { VitsConfig } from '../config';
import type { Batch } from '../engine/engine';
import { TrainingDataError } from '../run/data-error';
import { normals } from '../engine/noise';
import { shuffle } from '../run/shuffle';
import { convitsConfigOf } from './model';

const MEL_FLOOR = 1e-5;

interface Plan {
  bucket: number;
  /** Utterances: indices into the table. */
  rows: number[];
}

export class UtteranceBatches {
  /** Frames, from the smallest. */
  private readonly buckets: readonly number[];
  /** The utterances of each bucket: indices into the table. */
  private readonly members: readonly Int32Array[];
  private readonly filters: Float32Array;
  private current: { epoch: number; plans: Plan[] } | undefined;
  /** Names of the utterances of the batch that was read last. */
  names: readonly string[] = [];

  private constructor(
    private readonly corpus: PreparedCorpus,
    private readonly utterances: UtteranceTable,
    private readonly config: VitsConfig,
  ) {
    this.buckets = bucketsOf(config);
    const members = this.buckets.map((): number[] => []);
    for (let index = 0; index < utterances.size; index++) members[bucketOf(utterances.at(index), config)].push(index);
    this.members = members.map((indices) => Int32Array.from(indices));
    const { sampling_rate: sampleRate, filter_length: fftSize, n_mel_channels: mels, mel_fmin, mel_fmax } = config.data;
    this.filters = melFilterBank({ sampleRate, fftSize, mels, lowHertz: mel_fmin, highHertz: mel_fmax ?? undefined });
  }

  /** @throws DatasetError `empty` where the split has no dialogue, TrainingDataError where no utterance fits into a bucket */
  static async open(corpus: PreparedCorpus, split: Split, config: VitsConfig): Promise<UtteranceBatches> {
    requireSplit(corpus, split);
    const utterances = await UtteranceTable.build(corpus, {
      split,
      stage: 'vits',
      accepts: (turn) => turn.sound && bucketOf(turn, config) >= 0,
    });
    if (utterances.size === 0)
      throw new TrainingDataError(
        `No utterance with a recording has ${segmentFramesOf(config)} to ${bucketsOf(config).at(-1)} frames; change train.bucket_frames or train.segment_size.`,
      );
    return new UtteranceBatches(corpus, utterances, config);
  }

  get segmentFrames(): number {
    return segmentFramesOf(this.config);
  }

  get stepsPerEpoch(): number {
    const { batch_size: size } = this.config.train;
    return this.members.reduce((sum, members) => sum + Math.ceil(members.length / size), 0);
  }

  /** The batch of a step. */
  async at(step: number): Promise<Batch> {
    const random = randomForName(this.config.train.seed, `segments/${step}`);
    return this.read(this.planOf(step), random);
  }

  private planOf(step: number): Plan {
    const { stepsPerEpoch } = this;
    const epoch = Math.floor(step / stepsPerEpoch);
    if (this.current?.epoch !== epoch) this.current = { epoch, plans: this.plan(epoch) };
    return this.current.plans[step % stepsPerEpoch];
  }

  private plan(epoch: number): Plan[] {
    const random = randomForName(this.config.train.seed, `epoch/${epoch}`);
    const { batch_size: size } = this.config.train;
    const plans = this.members.flatMap((members, bucket) => {
      const order = shuffle([...members], random);
      return Array.from({ length: Math.ceil(order.length / size) }, (_, batch): Plan => ({
        bucket,
        // A bucket's last batch is filled up from its beginning, as upstream does.
        rows: Array.from({ length: size }, (__, row) => order[(batch * size + row) % order.length]),
      }));
    });
    return shuffle(plans, random);
  }

  private async read({ bucket, rows }: Plan, random: Random): Promise<Batch> {
    const { train, data, model } = this.config;
    const turns = await Promise.all(rows.map((index) => readTurn(this.corpus, this.utterances.at(index))));
    this.names = turns.map(({ name, text }) => name ?? text);
    const [B, F, S] = [turns.length, this.buckets[bucket], train.segment_size];
    const [T, L, bins, mels] = [
      F / FRAMES_PER_TOKEN,
      phonemesOf(F, this.config),
      data.filter_length / 2 + 1,
      data.n_mel_channels,
    ];
    const segment = this.segmentFrames;
    const W = model.codebook_width;
    const codes = new Int32Array(B * T);
    const ssl = new Float32Array(model.freeze_quantizer ? 0 : B * W * F);
    const text = new Int32Array(B * L);
    const { speaker } = convitsConfigOf(this.config);
    const speakers = new Float32Array(B * (speaker?.width ?? 0));
    const textMask = new Float32Array(B * L);
    const frameMask = new Float32Array(B * F);
    const referenceMask = new Float32Array(B * F);
    const spectrogram = new Float32Array(B * bins * F);
    const waveform = new Float32Array(B * S);
    const mel = new Float32Array(B * segment * mels);
    const starts = new Int32Array(B);
    const valid: number[] = [];
    for (const [row, turn] of turns.entries()) {
      const { samples } = await resample(await readTurnAudio(turn), data.sampling_rate);
      const magnitudes = linearSpectrogram(samples, {
        fftSize: data.filter_length,
        hopSamples: data.hop_length,
        windowSamples: data.win_length,
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
      const start = random.integer(Math.max(1, frames - segment + 1));
      starts[row] = start;
      waveform.set(samples.subarray(start * data.hop_length, start * data.hop_length + S), row * S);
      this.placeMel(magnitudes.data, magnitudes.frames, start, mel.subarray(row * segment * mels));
      if (train.reference_split && frames > segment)
        referenceMask.fill(0, row * F + start, row * F + Math.min(frames, start + segment));
      for (let token = 0; token < tokens; token++) valid.push(row * T + token);
      if (speaker) speakers.set(await speakerOf(turn, speaker.width), row * speaker.width);
      if (!model.freeze_quantizer) await placeSsl(turn, ssl.subarray(row * W * F), W, F);
    }
    const noise = (shape: number[]) => normals(random, shape);
    return {
      ...(model.freeze_quantizer
        ? { codes: int32(codes, [B, 1, T]) }
        : {
            ssl: float32(ssl, [B, W, F]),
            // Padding stands for no sound: its places are taken by vectors of the same batch, for averages and revived codes.
            vectors: int32(placesOf(valid, B * T, random), [B * T]),
            revived: int32(drawn(valid, model.codebook_size, random), [model.codebook_size]),
          }),
      text: int32(text, [B, L]),
      text_mask: float32(textMask, [B, 1, L]),
      frame_mask: float32(frameMask, [B, 1, F]),
      ...(train.reference_split && { reference_mask: float32(referenceMask, [B, 1, F]) }),
      ...(speaker && { speaker: float32(speakers, [B, speaker.width]) }),
      spectrogram: float32(spectrogram, [B, bins, F]),
      starts: int32(starts, [B]),
      waveform: float32(waveform, [B, 1, S]),
      mel: float32(mel, [B, segment, mels]),
      posterior_noise: noise([B, model.inter_channels, F]),
    };
  }

  /** Log-mel of a segment, from the whole utterance's magnitudes as upstream takes it: [segment, mels]. */
  private placeMel(magnitudes: Float32Array, frames: number, start: number, into: Float32Array): void {
    const { filter_length: fftSize, n_mel_channels: mels } = this.config.data;
    const bins = fftSize / 2 + 1;
    for (let frame = 0; frame < this.segmentFrames; frame++) {
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

const segmentFramesOf = ({ train, data }: VitsConfig): number => train.segment_size / data.hop_length;

const bucketsOf = ({ train }: VitsConfig): number[] => [...train.bucket_frames].sort((a, b) => a - b);

/** Phonemes that an utterance of so many frames may have. */
const phonemesOf = (frames: number, { train }: VitsConfig): number => Math.ceil(frames * train.phonemes_per_frame);

/** The smallest bucket that takes an utterance; −1 if none does, or if it has no segment or no text. */
function bucketOf({ phonemes, tokens }: { phonemes: number; tokens: number }, config: VitsConfig): number {
  const frames = tokens * FRAMES_PER_TOKEN;
  if (phonemes === 0 || frames < segmentFramesOf(config)) return -1;
  return bucketsOf(config).findIndex((size) => frames <= size && phonemes <= phonemesOf(size, config));
}

async function speakerOf(turn: PreparedTurn, width: number): Promise<Float32Array> {
  const embedding = await readTurnSpeaker(turn);
  if (embedding?.length === width) return embedding;
  throw new TrainingDataError(
    `${turn.name ?? turn.text}: ${embedding ? `its speaker's embedding has ${embedding.length} numbers, the model takes ${width}` : `has no speaker's embedding, which ${width > 0 ? 'v2Pro' : 'this model'} is trained with`}; prepare with the speaker encoder that belongs to the weights`,
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

const drawn = (from: readonly number[], count: number, random: Random): Int32Array =>
  Int32Array.from({ length: count }, () => from[random.integer(from.length)]);

/** `valid` in its own places, others drawn from it. */
function placesOf(valid: readonly number[], count: number, random: Random): Int32Array {
  const places = drawn(valid, count, random);
  for (const place of valid) places[place] = place;
  return places;
}
