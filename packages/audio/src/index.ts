// Sound as plain numbers: files, sample rates, spectra, pitch and loudness. Knows nothing of models.
export * from './browser';
export { readWavFile, writeFileWhole, writeWavFile } from './wav-files';
export { decodeFile, type DecodeFileOptions } from './decode-file';
export { resample } from './resample';
export { resampleStream } from './resample-stream';
