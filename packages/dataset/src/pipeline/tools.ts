// What preparation encodes speech and text with: SSL features, semantic tokens, speakers, vectors of texts. Where they come from is said by
// descriptions: speech-tools.ts, text-tools.ts.
import { type Audio } from '@gpt-talker/audio';
import { type Phonemized, type SpeechEncoder } from '@gpt-talker/tokenizer';

/** Self-supervised features of speech: HuBERT's last hidden state. */
export interface SslExtractor {
  readonly width: number;
  /** Of raw sound in [−1, 1]: [frames, width] row by row, 50 frames a second. */
  extract(audio: Audio): Promise<Float32Array>;
}

/** SSL features to tokens: ConVITS's `ssl_proj` and codebook. */
export interface SemanticQuantizer {
  /** From [frames, width] row by row, an even number of frames: one token for every two. */
  quantize(features: Float32Array, frames: number): Promise<Int32Array>;
}

/** Who speaks, as a vector: ERes2NetV2's embedding of a whole recording. */
export interface SpeakerExtractor {
  readonly width: number;
  extract(audio: Audio): Promise<Float32Array>;
}

interface CommonTools {
  /** Differs whenever the tokens or features would. */
  readonly fingerprint: string;
  /** Tokens are below this. */
  readonly vocabulary: number;
  /** For models whose style depends on who speaks. */
  readonly speaker?: SpeakerExtractor;
  dispose?(): Promise<void>;
}

export type SpeechTools = CommonTools &
  ({ readonly encoder: SpeechEncoder } | { readonly ssl: SslExtractor; readonly quantizer: SemanticQuantizer });

/** Vectors of a language model for each phoneme of a text. */
export interface TextFeatureExtractor {
  /** Differs whenever the features would. */
  readonly fingerprint: string;
  readonly width: number;
  /** [phonemes, width] row by row; undefined for a language without features (they count as zeros). */
  extract(reading: Phonemized, language: string): Promise<Float32Array | undefined>;
  dispose?(): Promise<void>;
}
