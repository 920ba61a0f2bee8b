// Batches of crops: a random stretch of each utterance (tokens, spectrogram, waveform), all of its phonemes, and a reference
// recording for the style vector: another turn of the same speaker, in whatever mood. Were it of the same dialogue, it would show the
// turn's pitch and level, and what the tokens say of them would not be learnt.
import {
  amplitudeFromDecibels,
  integratedLoudness,
  linearSpectrogram,
  resample,
  trackPitch,
  type Audio,
} from '@gpt-talker/audio';
import {
  readTurn,
  readTurnAudio,
  requireSplit,
  UtteranceTable,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
} from '@gpt-talker/dataset';
import { type Random } from '@gpt-talker/nn';
import { float32, int32 } from '@gpt-talker/runtime';
import { harmonicSource } from '@gpt-talker/vits';
import { FRAMES_PER_TOKEN } from '@gpt-talker/vits/model';
import type { Batch } from '../engine/engine';
import { placeNormals, randomForRow } from '../engine/noise';
import { rowRange, WHOLE } from '../parallel/shard';
import { TrainingDataError } from '../run/data-error';
import type { AlignTurn } from './phoneme-alignment';
import { pitchContour } from './pitch-contour';
import type { ConVitsRecipe, CropRecipe } from './recipe';
import { checkIds, type ConVitsSampler, type ReadBatch } from './sampler';

/** References are up to so much louder or softer than recorded, where loudness is not to be learnt from them. */
const REFERENCE_DECIBELS = 6;
/** Shorter utterances are hardly more than silence. */
const LEAST_TOKENS = 8;

export type CropOptions = Pick<ConVitsRecipe, 'seed' | 'accumulate' | 'audio' | 'shard'> & {
  examples: CropRecipe;
  /** Which phoneme sounds where; default: nobody knows. */
  align?: AlignTurn;
  model: Pick<ConVitsRecipe['model'], 'interChannels' | 'symbols' | 'quantizer'>;
};

/** This rank's crops of a batch: each a function of seed, the batch's number and its row there. */
export class CropSampler implements ConVitsSampler {
  /** Utterances of each speaker. */
  private readonly bySpeaker: readonly Int32Array[];
  private readonly alignments = new Map<number, Int16Array>();

  private constructor(
    private readonly corpus: PreparedCorpus,
    private readonly utterances: UtteranceTable,
    private readonly options: CropOptions,
  ) {
    const spoken = utterances.speakers.map((): number[] => []);
    for (let index = 0; index < utterances.size; index++) spoken[utterances.at(index).speaker].push(index);
    this.bySpeaker = spoken.map((indices) => Int32Array.from(indices));
  }

  /** @throws DatasetError `empty` where the split has no dialogue, TrainingDataError where none of its utterances will do */
  static async open(corpus: PreparedCorpus, split: Split, options: CropOptions): Promise<CropSampler> {
    requireSplit(corpus, split);
    const { phonemes: most } = options.examples;
    const utterances = await UtteranceTable.build(corpus, {
      split,
      stage: 'vits',
      accepts: ({ sound, phonemes, tokens }) => sound && phonemes > 0 && phonemes <= most && tokens >= LEAST_TOKENS,
    });
    if (utterances.size === 0)
      throw new TrainingDataError(
        `No utterance with a recording has ${LEAST_TOKENS} tokens and 1 to ${most} phonemes; raise train.phonemes.`,
      );
    return new CropSampler(corpus, utterances, options);
  }

  get stepsPerEpoch(): number {
    const { examples, accumulate, shard = WHOLE } = this.options;
    return Math.max(1, Math.floor(this.utterances.size / (examples.utterances * accumulate * shard.ranks)));
  }

  stepsOf(epochs: number): number {
    return epochs * this.stepsPerEpoch;
  }

  /** Whatever the epoch: each utterance is drawn by itself. */
  at(step: number): Promise<ReadBatch[]> {
    const { accumulate } = this.options;
    return Promise.all(Array.from({ length: accumulate }, (_, index) => this.read(step * accumulate + index)));
  }

  async read(number: number): Promise<ReadBatch> {
    const { seed, examples, audio: rates, model, align, shard = WHOLE } = this.options;
    const { utterances: B, tokens: T, phonemes: L, referenceFrames: R } = examples;
    const { sampleRate, hopSamples, fftSize } = rates;
    const own = rowRange(shard, B);
    const frames = T * FRAMES_PER_TOKEN;
    const bins = fftSize / 2 + 1;
    const posterior = examples.posteriorShare !== 0;
    const names: string[] = [];
    const batch = {
      codes: new Int32Array(B * T),
      text: new Int32Array(B * L),
      textMask: new Float32Array(B * L),
      frameMask: new Float32Array(B * frames),
      spectrogram: posterior && new Float32Array(B * bins * frames),
      waveform: new Float32Array(B * frames * hopSamples),
      pitch: new Float32Array(B * frames),
      voiced: new Float32Array(B * frames),
      source: new Float32Array(B * 2 * frames * hopSamples),
      reference: new Float32Array(B * bins * R),
      referenceMask: new Float32Array(B * R),
      posteriorNoise: new Float32Array(B * model.interChannels * frames),
      priorNoise: new Float32Array(B * model.interChannels * frames),
      alignment: align && new Float32Array(B * frames * L),
    };
    for (let row = 0; row < B; row++) {
      const random = randomForRow(seed, `stretches/${number}`, own.first + row);
      const index = random.integer(this.utterances.size);
      const utterance = this.utterances.at(index);
      const start = random.integer(Math.max(1, utterance.tokens - T + 1));
      const spoken = this.bySpeaker[utterance.speaker];
      const other = spoken[random.integer(spoken.length)];

      const turn = await readTurn(this.corpus, utterance);
      checkIds(turn, model);
      names.push(turn.name ?? turn.text);
      const recorded = await this.sound(turn);
      const audio = this.levelled(recorded);
      const tokens = turn.tokens.slice(start, start + T);
      batch.codes.set(tokens, row * T);
      batch.text.set(turn.phonemes, row * L);
      batch.textMask.fill(1, row * L, row * L + turn.phonemes.length);
      const used = tokens.length * FRAMES_PER_TOKEN;
      if (align && batch.alignment) {
        const sounding = this.alignmentOf(index, turn, align).subarray(start, start + T);
        for (let frame = 0; frame < used; frame++) {
          const phoneme = sounding[Math.floor(frame / FRAMES_PER_TOKEN)];
          if (phoneme >= 0) batch.alignment[(row * frames + frame) * L + phoneme] = 1;
        }
      }
      batch.frameMask.fill(1, row * frames, row * frames + used);
      const first = start * FRAMES_PER_TOKEN * hopSamples;
      const samples = padded(audio.samples.subarray(first, first + used * hopSamples), used * hopSamples);
      batch.waveform.set(samples, row * frames * hopSamples);
      if (batch.spectrogram) this.placeSpectrogram(samples, batch.spectrogram, row, frames);
      const contour = pitchContour(padded(trackPitch(samples, { sampleRate, hopSamples }).hertz, frames));
      batch.pitch.set(contour.hertz, row * frames);
      batch.voiced.set(contour.voiced, row * frames);
      const source = harmonicSource(contour.hertz, {
        sampleRate,
        hopSamples,
        seed: random.integer(2 ** 31),
        anchor: { sample: 0, turns: random.uniform() },
      });
      batch.source.set(source.samples, row * source.samples.length);

      const reference =
        other === index ? recorded : await this.sound(await readTurn(this.corpus, this.utterances.at(other)));
      const heard = this.options.examples.loudness === undefined ? reference : amplified(reference, gain(random));
      const length = Math.min(R, Math.floor(heard.samples.length / hopSamples));
      const from = random.integer(Math.floor(heard.samples.length / hopSamples) - length + 1) * hopSamples;
      this.placeSpectrogram(heard.samples.subarray(from, from + length * hopSamples), batch.reference, row, R);
      batch.referenceMask.fill(1, row * R, row * R + length);
      // Both in any case: what is drawn must not depend on whether there is a posterior.
      for (const noise of [batch.posteriorNoise, batch.priorNoise])
        placeNormals(random, noise.subarray((row * noise.length) / B, ((row + 1) * noise.length) / B));
    }
    const tensors: Batch = {
      codes: int32(batch.codes, [B, 1, T]),
      text: int32(batch.text, [B, L]),
      text_mask: float32(batch.textMask, [B, 1, L]),
      frame_mask: float32(batch.frameMask, [B, 1, frames]),
      waveform: float32(batch.waveform, [B, frames * hopSamples]),
      reference: float32(batch.reference, [B, bins, R]),
      reference_mask: float32(batch.referenceMask, [B, 1, R]),
      pitch: float32(batch.pitch, [B, frames]),
      voiced: float32(batch.voiced, [B, frames]),
      source: float32(batch.source, [B, 2, frames * hopSamples]),
      ...(batch.spectrogram && {
        spectrogram: float32(batch.spectrogram, [B, bins, frames]),
        posterior_noise: float32(batch.posteriorNoise, [B, model.interChannels, frames]),
      }),
      prior_noise: float32(batch.priorNoise, [B, model.interChannels, frames]),
      ...(batch.alignment && { alignment: float32(batch.alignment, [B, frames, L]) }),
    };
    return { number, names, batch: tensors };
  }

  /** Found once for each utterance: laying phonemes over tokens takes longer than a spectrogram. */
  private alignmentOf(index: number, turn: PreparedTurn, align: AlignTurn): Int16Array {
    let found = this.alignments.get(index);
    if (found === undefined) this.alignments.set(index, (found = Int16Array.from(align(turn))));
    return found;
  }

  private async sound(turn: PreparedTurn): Promise<Audio> {
    return resample(await readTurnAudio(turn), this.options.audio.sampleRate);
  }

  private levelled(audio: Audio): Audio {
    const { loudness } = this.options.examples;
    const measured = loudness === undefined ? -Infinity : integratedLoudness(audio);
    // Too short or too soft to be measured.
    return Number.isFinite(measured) ? amplified(audio, loudness! - measured) : audio;
  }

  private placeSpectrogram(samples: Float32Array, into: Float32Array, row: number, frames: number): void {
    const { fftSize, hopSamples } = this.options.audio;
    const { data, bins, frames: found } = linearSpectrogram(samples, { fftSize, hopSamples, windowSamples: fftSize });
    for (let bin = 0; bin < bins; bin++) {
      into.set(data.subarray(bin * found, bin * found + Math.min(found, frames)), (row * bins + bin) * frames);
    }
  }
}

const gain = (random: Random): number => (2 * random.uniform() - 1) * REFERENCE_DECIBELS;

function amplified({ samples, sampleRate }: Audio, decibels: number): Audio {
  const factor = amplitudeFromDecibels(decibels);
  return { samples: samples.map((sample) => sample * factor), sampleRate };
}

function padded(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  const result = new Float32Array(length);
  result.set(samples);
  return result;
}
