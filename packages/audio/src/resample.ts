// Changes the sample rate with SpeexDSP's windowed-sinc resampler (WebAssembly with SIMD, inside its npm package).
// docs/decisions/0006-resampling.md says how it was chosen.
import { type Audio } from './audio';
import { AudioError, requireWhole } from './errors';

/**
 * SpeexDSP's quality, 0 to 10. At 5 the pass band is flat to 85 % of the lower Nyquist frequency and what lies beyond it
 * is 100 dB down, at more than twice the speed of quality 8.
 */
export const QUALITY = 5;
export const BLOCK_SAMPLES = 1 << 16;
export const MAXIMUM_RATE = 768_000;

/**
 * The same sound at another sample rate: ceil(length × to ÷ from) samples, nothing delayed. At an unchanged rate the
 * audio itself is returned.
 *
 * @throws AudioError for rates that are not whole numbers from 1 to 768,000
 */
export async function resample(audio: Audio, sampleRate: number): Promise<Audio> {
  requireWhole('sampleRate', sampleRate, 1, MAXIMUM_RATE);
  requireWhole('audio.sampleRate', audio.sampleRate, 1, MAXIMUM_RATE);
  if (sampleRate === audio.sampleRate) return audio;
  if (audio.samples.length === 0) return { samples: new Float32Array(0), sampleRate };
  return { samples: convert(await loadSpeex(), audio, sampleRate), sampleRate };
}

/** The functions of SpeexDSP's C interface (speex_resampler.h) that are used here; pointers are byte offsets into its memory. */
export interface Speex {
  HEAPF32: Float32Array;
  HEAPU32: Uint32Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _speex_resampler_init(channels: number, from: number, to: number, quality: number, error: number): number;
  _speex_resampler_skip_zeros(state: number): number;
  _speex_resampler_get_input_latency(state: number): number;
  _speex_resampler_process_float(
    state: number,
    channel: number,
    input: number,
    inputLength: number,
    output: number,
    outputLength: number,
  ): number;
  _speex_resampler_destroy(state: number): void;
}

let speex: Promise<Speex> | undefined;

export function loadSpeex(): Promise<Speex> {
  speex ??= (async () => {
    // @ts-expect-error the package has no type declarations; `Speex` above is what is used of it
    const { default: start } = (await import('@echogarden/speex-resampler-wasm/simd')) as {
      default: () => Promise<Speex>;
    };
    return start();
  })();
  return speex;
}

function convert(library: Speex, { samples, sampleRate: from }: Audio, to: number): Float32Array {
  const output = new Float32Array(Math.ceil((samples.length * to) / from));
  const pointers = [4, 4, 4 * BLOCK_SAMPLES, 4 * BLOCK_SAMPLES].map((bytes) => library._malloc(bytes));
  const [inputLength, outputLength, input, result] = pointers;
  const state = library._speex_resampler_init(1, from, to, QUALITY, inputLength);
  try {
    if (state === 0 || pointers.includes(0))
      throw new AudioError('too-long', `no memory to resample from ${from} to ${to} Hz`);
    library._speex_resampler_skip_zeros(state); // drops the filter's delay
    const tail = library._speex_resampler_get_input_latency(state);
    let read = 0;
    let written = 0;
    while (written < output.length) {
      // After the sound come zeros, which push its last samples through the filter.
      const block =
        read < samples.length
          ? samples.subarray(read, read + BLOCK_SAMPLES)
          : new Float32Array(Math.min(tail + 1, BLOCK_SAMPLES));
      library.HEAPF32.set(block, input / 4);
      library.HEAPU32[inputLength / 4] = block.length;
      library.HEAPU32[outputLength / 4] = BLOCK_SAMPLES;
      library._speex_resampler_process_float(state, 0, input, inputLength, result, outputLength);
      read += library.HEAPU32[inputLength / 4];
      const made = Math.min(library.HEAPU32[outputLength / 4], output.length - written);
      output.set(library.HEAPF32.subarray(result / 4, result / 4 + made), written);
      written += made;
    }
    return output;
  } finally {
    if (state !== 0) library._speex_resampler_destroy(state);
    for (const pointer of pointers) library._free(pointer);
  }
}
