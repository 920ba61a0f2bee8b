// RNNoise (Valin, "A Hybrid DSP/Deep Learning Approach to Real-Time Full-Band Speech Enhancement", 2018) as WebAssembly: the voice is what
// it leaves, the background what it takes away. Light enough for any machine, and it comes with an npm package. The types are what is
// used of the module that Emscripten makes.
import { pathToFileURL } from 'node:url';
import { resample, type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { notInstalled, packagedFile } from '../packaged';
import { hashFile } from './open-model';
import { type Separated, type SoundSeparator } from './separated';

const PACKAGE = '@echogarden/rnnoise-wasm';
/** Sample rate that it takes. */
const SAMPLE_RATE = 48_000;
const FRAME_SAMPLES = 480;
/** Windows overlap by half: what comes out belongs to the frame before. */
const DELAY_SAMPLES = FRAME_SAMPLES;
/** It takes samples as 16-bit integers are. */
const SCALE = 32_768;
const FLOAT_BYTES = 4;

interface RnnoiseModule {
  HEAPF32: Float32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _rnnoise_create(model: number): number;
  _rnnoise_destroy(state: number): void;
  _rnnoise_process_frame(state: number, output: number, input: number): number;
}

export class Rnnoise implements SoundSeparator {
  private constructor(
    private readonly module: RnnoiseModule,
    readonly identity: unknown,
  ) {}

  /** @throws DatasetError `option` where the package is not installed, or cannot be loaded */
  static async open(): Promise<Rnnoise> {
    const file = packagedFile(PACKAGE);
    if (file === undefined) throw notInstalled(PACKAGE, `npm install ${PACKAGE}`, 'choose --separation none');
    try {
      // On Windows a path with a drive is taken for an address.
      const address = process.platform === 'win32' ? pathToFileURL(file).href : file;
      const { default: create } = (await import(address)) as { default: () => Promise<RnnoiseModule> };
      return new Rnnoise(await create(), ['rnnoise', await hashFile(file)]);
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0];
      throw new DatasetError('option', `${PACKAGE} cannot be loaded (${reason}); choose --separation none`, {
        cause: error,
      });
    }
  }

  async separate(audio: Audio, signal?: AbortSignal): Promise<Separated> {
    const { samples } = await resample(audio, SAMPLE_RATE);
    const { samples: voice } = await resample(
      { samples: this.denoised(samples, signal), sampleRate: SAMPLE_RATE },
      audio.sampleRate,
    );
    const length = audio.samples.length;
    return {
      voice: Float32Array.from({ length }, (_, i) => voice[i] ?? 0),
      background: Float32Array.from({ length }, (_, i) => audio.samples[i] - (voice[i] ?? 0)),
    };
  }

  async dispose(): Promise<void> {}

  private denoised(samples: Float32Array, signal?: AbortSignal): Float32Array {
    const { module } = this;
    const state = module._rnnoise_create(0);
    const frame = module._malloc(FRAME_SAMPLES * FLOAT_BYTES);
    try {
      const result = new Float32Array(samples.length);
      const padded = samples.length + DELAY_SAMPLES;
      for (let start = 0; start < padded; start += FRAME_SAMPLES) {
        signal?.throwIfAborted();
        // The memory may move while it grows.
        const heap = module.HEAPF32.subarray(frame / FLOAT_BYTES, frame / FLOAT_BYTES + FRAME_SAMPLES);
        for (let i = 0; i < FRAME_SAMPLES; i++) heap[i] = SCALE * (samples[start + i] ?? 0);
        module._rnnoise_process_frame(state, frame, frame);
        const after = module.HEAPF32.subarray(frame / FLOAT_BYTES, frame / FLOAT_BYTES + FRAME_SAMPLES);
        for (let i = 0; i < FRAME_SAMPLES; i++) {
          const at = start + i - DELAY_SAMPLES;
          if (at >= 0 && at < result.length) result[at] = after[i] / SCALE;
        }
      }
      return result;
    } finally {
      module._free(frame);
      module._rnnoise_destroy(state);
    }
  }
}
