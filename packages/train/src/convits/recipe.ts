// Everything that training a ConVITS depends on. Both dialects of configurations are read into it (see config/), and a run keeps it
// beside its checkpoints, so that exporting or evaluating the run needs no configuration.
import type { ConVitsConfig, DiscriminatorConfig } from '@gpt-talker/vits/model';
import type { StageRecipe } from '../run/recipe';

export interface ConVitsRecipe extends StageRecipe {
  readonly stage: 'vits';
  readonly model: ConVitsConfig;
  /** The adversaries; absent: sound is learnt from its reconstruction alone. */
  readonly discriminators?: DiscriminatorConfig;
  readonly audio: AudioRecipe;
  readonly examples: CropRecipe | UtteranceRecipe;
  readonly lossWeights: LossWeights;
  readonly optimizer: {
    readonly betas: readonly [number, number];
    readonly epsilon: number;
    readonly weightDecay: number;
    readonly clipNorm?: number;
    /** Factor on the rate of the modules that read phonemes. */
    readonly textRate: number;
  };
  /** No gradient, no averages, no replacement of codes. */
  readonly freezeQuantizer: boolean;
  /** How far a sample of the prior strays from its mean, where one is decoded, and in the exported voice. */
  readonly noiseScale: number;
}

export interface AudioRecipe {
  readonly sampleRate: number;
  readonly hopSamples: number;
  /** Of the spectrograms that are read. */
  readonly fftSize: number;
  readonly windowSamples: number;
}

/** A random stretch of every utterance, with its style from another one of the same speaker. */
export interface CropRecipe {
  readonly kind: 'crops';
  /** Of a batch. */
  readonly utterances: number;
  /** Tokens of a crop; shorter utterances are padded and masked. */
  readonly tokens: number;
  /** Phonemes that an utterance may have; longer ones are not trained on. */
  readonly phonemes: number;
  /** Frames of the reference recording. */
  readonly referenceFrames: number;
  /**
   * Every utterance is learnt at this loudness (LUFS), from references of any: replies are then equally loud, whatever the mood and
   * however loud the reference is. Default: everything is as it was recorded.
   */
  readonly loudness?: number;
  /** Which share of a batch is decoded from the posterior, default a half; 0: there is no posterior, and `kl` counts for nothing. */
  readonly posteriorShare?: number;
}

/** Whole utterances, padded to the nearest of a few lengths, of which a random segment is decoded. */
export interface UtteranceRecipe {
  readonly kind: 'utterances';
  readonly batchSize: number;
  readonly segmentSamples: number;
  /** Lengths in frames to which utterances are padded: one graph each. */
  readonly bucketFrames: readonly number[];
  /** Phonemes to which texts are padded, for each bucket: this share of its frames. */
  readonly phonemesPerFrame: number;
  /** Takes the style from another part of the utterance than the one that is decoded; upstream: from the whole utterance. */
  readonly referenceSplit: boolean;
  /** The mel spectrogram that the segment is compared by. */
  readonly mel: { readonly mels: number; readonly lowHertz: number; readonly highHertz?: number };
}

export interface LossWeights {
  readonly mel: number;
  readonly kl: number;
  /** Of octaves beside the measured pitch, where the decoder has a source. */
  readonly pitch?: number;
  /** Draws the loudness to what it should be; the mel loss alone leaves it some decibels apart. */
  readonly level?: number;
  /** Draws the attention of frames to the phonemes that sound there; see phoneme-alignment.ts. */
  readonly alignment?: number;
  /** Default 1, as all that follow. */
  readonly adversarial?: number;
  readonly feature?: number;
  readonly commitment?: number;
}
