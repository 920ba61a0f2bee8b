// sherpa-onnx-node (https://github.com/k2-fsa/sherpa-onnx) recognises speech and diarises speakers. It is an optional peer of
// this package: users who need it install it, and only then is it loaded. The types are what is used of it.
import { DatasetError } from '../../errors';

export const SHERPA_INSTALL = 'npm install sherpa-onnx-node';

export interface SherpaWave {
  samples: Float32Array;
  sampleRate: number;
}

export interface SherpaStream {
  acceptWaveform(wave: SherpaWave): void;
}

export interface SherpaRecognizer {
  createStream(): SherpaStream;
  decodeAsync(stream: SherpaStream): Promise<{ text: string }>;
}

export interface SherpaDiarization {
  readonly sampleRate: number;
  process(samples: Float32Array): { start: number; end: number; speaker: number }[];
}

export interface SherpaDiarizationConfig {
  segmentation: { pyannote: { model: string }; numThreads: number; debug: boolean };
  embedding: { model: string; numThreads: number; debug: boolean };
  clustering: { numClusters: number; threshold: number };
  minDurationOn: number;
  minDurationOff: number;
}

export interface SherpaRecognizerConfig {
  featConfig: { sampleRate: number; featureDim: number };
  modelConfig: Record<string, unknown>;
}

export interface Sherpa {
  OfflineRecognizer: { createAsync(config: SherpaRecognizerConfig): Promise<SherpaRecognizer> };
  OfflineSpeakerDiarization: new (config: SherpaDiarizationConfig) => SherpaDiarization;
}

/** @throws DatasetError `option` where it is not installed, or not for this machine */
export async function loadSherpa(): Promise<Sherpa> {
  // Not written into the import, so that neither compilers nor bundlers ask for it.
  const name: string = 'sherpa-onnx-node';
  try {
    const loaded = (await import(name)) as Sherpa & { default?: Sherpa };
    return loaded.default ?? loaded;
  } catch (error) {
    const { message } = error as Error;
    const absent = /cannot find (?:package|module) '?sherpa-onnx-node/i.test(message);
    const why = absent ? 'is not installed' : `cannot be loaded (${message.split('\n')[0]})`;
    throw new DatasetError(
      'option',
      `sherpa-onnx-node ${why}; run '${SHERPA_INSTALL}', or bring speakers as RTTM (--diarization rttm) and texts as SRT or JSON (--transcripts srt|json)`,
      { cause: error },
    );
  }
}
