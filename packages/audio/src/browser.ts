// @gpt-talker/audio/browser: everything of this package that needs nothing of Node, for pages. The main entry adds files.
export { durationSeconds, type Audio } from './audio';
export { concatenateFloats } from './concatenate';
export { AudioError, AudioFileError, type AudioErrorCode, type AudioFileErrorCode } from './errors';
export { looksLikeWav, readWav, type ReadWavOptions } from './wav-reader';
export { writeWav, type WriteWavOptions } from './wav-writer';
export { countFrames, type FrameOptions } from './frames';
export { linearSpectrogram, type Spectrogram, type SpectrogramOptions } from './spectrogram';
export {
  logMelSpectrogram,
  melBandHertz,
  melFilterBank,
  type LogMelOptions,
  type LogMelSpectrogram,
  type MelOptions,
} from './mel';
export { kaldiFbank, type KaldiFbank, type KaldiFbankOptions } from './kaldi-fbank';
export { cosineTransform, melDecibels, mfcc } from './mfcc';
export { type MelDecibels, type MelDecibelsOptions, type Mfcc, type MfccOptions } from './mfcc';
export { trackPitch, type PitchOptions, type PitchTrack } from './pitch';
export { warpingDistance, warpingPath, type FeatureSequence, type WarpingStep } from './warping';
export { amplitudeFromDecibels, decibels, integratedLoudness, peak, rootMeanSquare } from './loudness';
export { DIGITAL_SOURCE_TYPE, SYNTHETIC_COMMENT, SYNTHETIC_SOFTWARE, markSynthetic, xmpPacket } from './synthetic-mark';
