// Speech to tokens by HuBERT's features and ConVITS's quantiser, as in GPT-SoVITS and GPT-Talker. Runs exported graphs; loads no
// TensorFlow.js.
//
//   samples at 16 kHz ─► statistics of the whole ─┐
//         └────────────► windows ─► hubert.onnx ──┴─► features, 50 a second ─► quantiser ─► tokens, 25 a second
import { resample, type Audio } from '@gpt-talker/audio';
import type { HostTensor, Session, SessionHost } from '@gpt-talker/runtime';
import { joinWindows, overlappingWindows } from '../hugging-face/windows';
import { requireFiniteSamples } from '../speech/finite-samples';
import { type SpeechEncoder } from '../speech/speech-encoder';
import { FRAME_SAMPLES, RECEPTIVE_SAMPLES, SAMPLE_RATE } from './config';
import { recordingStatistics } from './statistics';

const FRAMES_PER_TOKEN = 2;

/** Turns features into tokens: the part of the encoder that belongs to ConVITS (`ssl_proj` and the codebook). */
export interface FeatureQuantizer {
  readonly vocabulary: number;
  /** @param features [frames, width] row by row, an even number of frames → one token for every two */
  quantize(features: Float32Array, frames: number, options?: { signal?: AbortSignal }): Promise<Int32Array>;
}

export interface HubertEncoderOptions {
  /** hubert.onnx: its path, or its bytes. */
  graph: string | Uint8Array;
  /** hubert-statistics.onnx. */
  statistics: string | Uint8Array;
  quantizer: FeatureQuantizer;
  /** Bring the samples to mean 0 and variance 1 first, as a folder's preprocessor_config.json may ask. Default false, as upstream. */
  normalize?: boolean;
  /** Silence that is appended to the speech; GPT-SoVITS appends 0.6 s. Default 0. */
  tailSeconds?: number;
  /** Frames of one window; default 1000, 20 seconds. */
  windowFrames?: number;
  /** Frames that neighbouring windows have in common; default 400: every frame sees at least 3.5 seconds on either side. */
  overlapFrames?: number;
}

/** Features of a recording. */
export interface SpeechFeatures {
  /** [frames, width] row by row. */
  data: Float32Array;
  frames: number;
  width: number;
}

/** Frames in the middle of an overlap over which one window fades into the next. */
const FADE_FRAMES = 50;
const NORMALIZATION_EPSILON = 1e-7;

/** Encodes speech at any sample rate. Recordings of up to one window are encoded whole, longer ones in overlapping windows. */
export class HubertEncoder implements SpeechEncoder {
  private constructor(
    private readonly statistics: Session,
    private readonly encoder: Session,
    private readonly options: HubertEncoderOptions,
  ) {}

  /** @throws RuntimeError where a graph cannot be loaded */
  static async load(host: Pick<SessionHost, 'load'>, options: HubertEncoderOptions): Promise<HubertEncoder> {
    const statistics = await host.load(options.statistics);
    try {
      return new HubertEncoder(statistics, await host.load(options.graph), options);
    } catch (error) {
      await statistics.dispose();
      throw error;
    }
  }

  get vocabulary(): number {
    return this.options.quantizer.vocabulary;
  }

  /** @throws SpeechEncoderError `bad-audio` */
  async encode(audio: Audio, options: { signal?: AbortSignal } = {}): Promise<Int32Array> {
    const { data, frames, width } = await this.features(audio, options);
    const whole = frames - (frames % FRAMES_PER_TOKEN);
    return this.options.quantizer.quantize(data.subarray(0, whole * width), whole, options);
  }

  /** HuBERT's last hidden state, 50 frames a second; at least two frames. @throws SpeechEncoderError `bad-audio` */
  async features(audio: Audio, { signal }: { signal?: AbortSignal } = {}): Promise<SpeechFeatures> {
    const { windowFrames = 1000, overlapFrames = 400 } = this.options;
    const samples = await this.prepared(audio);
    const { mean, variance } = await recordingStatistics(this.statistics, samples, signal);
    const frames = Math.floor((samples.length - RECEPTIVE_SAMPLES) / FRAME_SAMPLES) + 1;
    const windows = overlappingWindows(frames, windowFrames, overlapFrames);
    const rows: Float32Array[] = [];
    for (const { from, to } of windows) {
      const heard = samples.slice(from * FRAME_SAMPLES, (to - 1) * FRAME_SAMPLES + RECEPTIVE_SAMPLES);
      const feeds: Record<string, HostTensor> = {
        samples: { type: 'float32', data: heard, dims: [1, heard.length] },
        mean,
        variance,
      };
      const { features } = await this.encoder.run(feeds, { signal });
      rows.push(features.data as Float32Array);
    }
    const width = rows[0].length / (windows[0].to - windows[0].from);
    return { data: joinWindows(windows, rows, width, Math.min(FADE_FRAMES, overlapFrames)), frames, width };
  }

  /** Frees the graphs; the quantiser belongs to the caller. */
  async dispose(): Promise<void> {
    await Promise.all([this.statistics.dispose(), this.encoder.dispose()]);
  }

  /** The samples at 16 kHz, followed by silence where that is wanted or where there are fewer than a token needs. */
  private async prepared(audio: Audio): Promise<Float32Array> {
    requireFiniteSamples(audio);
    const { normalize = false, tailSeconds = 0 } = this.options;
    const { samples } = await resample(audio, SAMPLE_RATE);
    const least = RECEPTIVE_SAMPLES + (FRAMES_PER_TOKEN - 1) * FRAME_SAMPLES;
    const heard = new Float32Array(Math.max(least, samples.length + Math.round(tailSeconds * SAMPLE_RATE)));
    heard.set(samples);
    return normalize ? normalized(heard) : heard;
  }
}

function normalized(samples: Float32Array): Float32Array {
  const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
  const variance = samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length;
  const deviation = Math.sqrt(variance + NORMALIZATION_EPSILON);
  return samples.map((sample) => (sample - mean) / deviation);
}
