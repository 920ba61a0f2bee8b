// Changes the sample rate of sound that is still being made: the resampler of resample.ts, fed chunk by chunk.
import { type Audio } from './audio';
import { concatenateFloats } from './concatenate';
import { AudioError, requireWhole } from './errors';
import { BLOCK_SAMPLES, MAXIMUM_RATE, QUALITY, loadSpeex, type Speex } from './resample';

/**
 * The chunks at another sample rate; joined, they are what `resample` makes of the joined input. Chunks at an unchanged rate pass as
 * they are. All chunks have the first one's rate.
 *
 * @throws AudioError as `resample`, and for a chunk of another rate
 */
export async function* resampleStream(
  chunks: AsyncIterable<Audio>,
  sampleRate: number,
): AsyncGenerator<Audio, void, undefined> {
  requireWhole('sampleRate', sampleRate, 1, MAXIMUM_RATE);
  let converter: Converter | undefined;
  try {
    for await (const chunk of chunks) {
      if (chunk.sampleRate === sampleRate && !converter) {
        yield chunk;
        continue;
      }
      converter ??= new Converter(await loadSpeex(), chunk.sampleRate, sampleRate);
      const samples = converter.push(chunk);
      if (samples.length > 0) yield { samples, sampleRate };
    }
    const rest = converter?.finish();
    if (rest && rest.length > 0) yield { samples: rest, sampleRate };
  } finally {
    converter?.dispose();
  }
}

/** One resampler's state in SpeexDSP's memory. */
class Converter {
  private readonly pointers: number[];
  private readonly state: number;
  private readonly tail: number;
  private read = 0;
  private written = 0;

  constructor(
    private readonly library: Speex,
    private readonly from: number,
    private readonly to: number,
  ) {
    requireWhole('audio.sampleRate', from, 1, MAXIMUM_RATE);
    this.pointers = [4, 4, 4 * BLOCK_SAMPLES, 4 * BLOCK_SAMPLES].map((bytes) => library._malloc(bytes));
    this.state = library._speex_resampler_init(1, from, to, QUALITY, this.pointers[0]);
    if (this.state === 0 || this.pointers.includes(0)) {
      this.dispose();
      throw new AudioError('too-long', `no memory to resample from ${from} to ${to} Hz`);
    }
    library._speex_resampler_skip_zeros(this.state); // drops the filter's delay
    this.tail = library._speex_resampler_get_input_latency(this.state);
  }

  push({ samples, sampleRate }: Audio): Float32Array {
    if (sampleRate !== this.from)
      throw new AudioError('bad-option', `a chunk has ${sampleRate} Hz after one of ${this.from} Hz; give one rate`);
    this.read += samples.length;
    return this.convert(samples, Number.MAX_SAFE_INTEGER);
  }

  /** Zeros after the sound push its last samples through the filter. */
  finish(): Float32Array {
    const wanted = Math.ceil((this.read * this.to) / this.from);
    const zeros = new Float32Array(this.tail + Math.ceil(this.from / this.to) + 1);
    const parts: Float32Array[] = [];
    while (this.written < wanted) parts.push(this.convert(zeros, wanted - this.written));
    return concatenateFloats(parts);
  }

  dispose(): void {
    if (this.state !== 0) this.library._speex_resampler_destroy(this.state);
    for (const pointer of this.pointers) this.library._free(pointer);
  }

  private convert(samples: Float32Array, most: number): Float32Array {
    const { library } = this;
    const [inputLength, outputLength, input, result] = this.pointers;
    const parts: Float32Array[] = [];
    for (let used = 0, left = most; used < samples.length && left > 0;) {
      const block = samples.subarray(used, used + BLOCK_SAMPLES);
      library.HEAPF32.set(block, input / 4);
      library.HEAPU32[inputLength / 4] = block.length;
      library.HEAPU32[outputLength / 4] = Math.min(BLOCK_SAMPLES, left);
      library._speex_resampler_process_float(this.state, 0, input, inputLength, result, outputLength);
      used += library.HEAPU32[inputLength / 4];
      const made = library.HEAPU32[outputLength / 4];
      left -= made;
      this.written += made;
      parts.push(library.HEAPF32.slice(result / 4, result / 4 + made));
    }
    return concatenateFloats(parts);
  }
}
