// Speech to tokens.
export { SpeechEncoderError, type SpeechEncoder, type SpeechEncoderErrorCode } from './speech-encoder';
export { SpectralEncoder, type FitOptions, type FitProgress, type SpectralFeatures } from './spectral-encoder';
export { type SpectralStatistics } from './spectral-normalisation';
