// Batches for ConVITS: a random stretch of each utterance (tokens, spectrogram, waveform), all of its phonemes, and a reference
// recording for the style vector: another turn of the same speaker, in whatever mood. Were it of the same dialogue, it would tell the
// turn's pitch and level, and what the tokens say of them would not be learnt.
import { linearSpectrogram, resample, type Audio } from '@gpt-talker/audio';
import { readTurnAudio, type PreparedDialogue, type PreparedTurn } from '@gpt-talker/dataset';
import { randomForName, type Random } from '@gpt-talker/nn';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';

export interface StretchOptions {
  seed: number;
  utterances: number;
  /** Tokens of a stretch; shorter utterances are padded and masked. */
  tokens: number;
  /** Phonemes that an utterance may have; longer ones are not trained on. */
  phonemes: number;
  /** Frames of the reference recording. */
  referenceFrames: number;
  sampleRate: number;
  hopSamples: number;
  fftSize: number;
  interChannels: number;
}

export const FRAMES_PER_TOKEN = 2;

/** The batch of a step: a function of seed and step alone. */
export class StretchSampler {
  private readonly utterances: PreparedTurn[];
  private readonly bySpeaker = new Map<string, PreparedTurn[]>();

  constructor(
    dialogues: readonly PreparedDialogue[],
    private readonly options: StretchOptions,
  ) {
    this.utterances = dialogues.flatMap(({ turns }) => turns.filter(fits(options)));
    for (const turn of this.utterances) {
      const known = this.bySpeaker.get(turn.speaker);
      if (known) known.push(turn);
      else this.bySpeaker.set(turn.speaker, [turn]);
    }
  }

  get stepsPerEpoch(): number {
    return Math.max(1, Math.floor(this.utterances.length / this.options.utterances));
  }

  async batch(step: number): Promise<Record<string, HostTensor>> {
    const {
      seed,
      utterances: B,
      tokens: T,
      phonemes: L,
      referenceFrames: R,
      hopSamples,
      fftSize,
      interChannels,
    } = this.options;
    const random = randomForName(seed, `stretches/${step}`);
    const frames = T * FRAMES_PER_TOKEN;
    const bins = fftSize / 2 + 1;
    const batch = {
      codes: new Int32Array(B * T),
      text: new Int32Array(B * L),
      textMask: new Float32Array(B * L),
      frameMask: new Float32Array(B * frames),
      spectrogram: new Float32Array(B * bins * frames),
      waveform: new Float32Array(B * frames * hopSamples),
      reference: new Float32Array(B * bins * R),
      referenceMask: new Float32Array(B * R),
    };
    for (let row = 0; row < B; row++) {
      const turn = this.utterances[random.integer(this.utterances.length)];
      const audio = await this.read(turn);
      const start = random.integer(Math.max(1, turn.tokens.length - T + 1));
      const tokens = turn.tokens.slice(start, start + T);
      batch.codes.set(tokens, row * T);
      batch.text.set(turn.phonemes, row * L);
      batch.textMask.fill(1, row * L, row * L + turn.phonemes.length);
      const used = tokens.length * FRAMES_PER_TOKEN;
      batch.frameMask.fill(1, row * frames, row * frames + used);
      const first = start * FRAMES_PER_TOKEN * hopSamples;
      const samples = padded(audio.samples.subarray(first, first + used * hopSamples), used * hopSamples);
      batch.waveform.set(samples, row * frames * hopSamples);
      this.placeSpectrogram(samples, batch.spectrogram, row, frames);

      const spoken = this.bySpeaker.get(turn.speaker)!;
      const other = spoken[random.integer(spoken.length)];
      const heard = other === turn ? audio : await this.read(other);
      const length = Math.min(R, Math.floor(heard.samples.length / hopSamples));
      const from = random.integer(Math.floor(heard.samples.length / hopSamples) - length + 1) * hopSamples;
      this.placeSpectrogram(heard.samples.subarray(from, from + length * hopSamples), batch.reference, row, R);
      batch.referenceMask.fill(1, row * R, row * R + length);
    }
    return {
      codes: int32(batch.codes, [B, 1, T]),
      text: int32(batch.text, [B, L]),
      text_mask: float32(batch.textMask, [B, 1, L]),
      frame_mask: float32(batch.frameMask, [B, 1, frames]),
      spectrogram: float32(batch.spectrogram, [B, bins, frames]),
      waveform: float32(batch.waveform, [B, frames * hopSamples]),
      reference: float32(batch.reference, [B, bins, R]),
      reference_mask: float32(batch.referenceMask, [B, 1, R]),
      posterior_noise: normals(random, [B, interChannels, frames]),
      prior_noise: normals(random, [B, interChannels, frames]),
    };
  }

  private async read(turn: PreparedTurn): Promise<Audio> {
    return resample(await readTurnAudio(turn), this.options.sampleRate);
  }

  private placeSpectrogram(samples: Float32Array, into: Float32Array, row: number, frames: number): void {
    const { fftSize, hopSamples } = this.options;
    const { data, bins, frames: found } = linearSpectrogram(samples, { fftSize, hopSamples, windowSamples: fftSize });
    for (let bin = 0; bin < bins; bin++) {
      into.set(data.subarray(bin * found, bin * found + Math.min(found, frames)), (row * bins + bin) * frames);
    }
  }
}

const fits =
  ({ phonemes }: StretchOptions) =>
  (turn: PreparedTurn): boolean =>
    turn.audio !== undefined &&
    !turn.excludedFrom?.includes('vits') &&
    turn.phonemes.length > 0 &&
    turn.phonemes.length <= phonemes &&
    turn.tokens.length >= 8;

function padded(samples: Float32Array, length: number): Float32Array {
  if (samples.length === length) return samples;
  const result = new Float32Array(length);
  result.set(samples);
  return result;
}

function normals(random: Random, shape: number[]): HostTensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  return float32(values, shape);
}
