// Step 4, first half, who speaks when: pyannote's segmentation, speaker embeddings and clustering, as sherpa-onnx runs them.
import { resample, type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { hashFile, requireModelFile, type ModelPlace } from '../models/open-model';
import { type Span, type SpeakerSpan } from '../types';
import { loadSherpa, type Sherpa, type SherpaDiarization } from './load';

export interface DiarizerOptions {
  /** pyannote's segmentation model in sherpa-onnx's form. */
  segmentationModel?: string;
  /** A speaker embedding model: wespeaker, 3D-Speaker, NeMo. */
  embeddingModel?: string;
  /** How many speakers a scene has, if that is known. */
  speakers?: number;
  /** Otherwise: how far apart voices of different speakers are, 0 to 1; lower finds more speakers. */
  clusterThreshold: number;
  /** Shorter spans are dropped. */
  minimumSpanSeconds: number;
  /** Shorter gaps within a speaker's span are closed. */
  minimumGapSeconds: number;
  threads: number;
}

export const DIARIZER_OPTIONS: DiarizerOptions = {
  clusterThreshold: 0.5,
  minimumSpanSeconds: 0.3,
  minimumGapSeconds: 0.5,
  threads: 2,
};

const SEGMENTATION_PLACE: ModelPlace = {
  what: 'the speaker segmentation model',
  option: '--segmentation-model model.onnx',
  where:
    'https://github.com/k2-fsa/sherpa-onnx/releases/tag/speaker-segmentation-models (sherpa-onnx-pyannote-segmentation-3-0)',
  instead: '--diarization rttm',
};

const EMBEDDING_PLACE: ModelPlace = {
  what: 'the speaker embedding model',
  option: '--embedding-model model.onnx',
  where:
    'https://github.com/k2-fsa/sherpa-onnx/releases/tag/speaker-recongition-models (3dspeaker_speech_eres2net_base_sv_zh-cn_3dspeaker_16k.onnx and others)',
  instead: '--diarization rttm',
};

export class SherpaDiarizer {
  private constructor(
    private readonly diarization: SherpaDiarization,
    readonly identity: unknown,
  ) {}

  /** @throws DatasetError `option` for what is missing: a model file, sherpa-onnx-node */
  static async open(options: DiarizerOptions, load: () => Promise<Sherpa> = loadSherpa): Promise<SherpaDiarizer> {
    const segmentation = await requireModelFile(options.segmentationModel, SEGMENTATION_PLACE);
    const embedding = await requireModelFile(options.embeddingModel, EMBEDDING_PLACE);
    const { OfflineSpeakerDiarization } = await load();
    const { speakers, clusterThreshold, minimumSpanSeconds, minimumGapSeconds, threads } = options;
    const config = {
      segmentation: { pyannote: { model: segmentation }, numThreads: threads, debug: false },
      embedding: { model: embedding, numThreads: threads, debug: false },
      clustering: { numClusters: speakers ?? -1, threshold: clusterThreshold },
      minDurationOn: minimumSpanSeconds,
      minDurationOff: minimumGapSeconds,
    };
    const identity = [
      'sherpa',
      await hashFile(segmentation),
      await hashFile(embedding),
      config.clustering,
      minimumSpanSeconds,
      minimumGapSeconds,
    ];
    try {
      return new SherpaDiarizer(new OfflineSpeakerDiarization(config), identity);
    } catch (error) {
      throw new DatasetError(
        'option',
        `${segmentation}, ${embedding}: sherpa-onnx cannot load them: ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }

  /** Who speaks when in a scene; speakers are numbered. Where somebody speaks, the model finds out itself. */
  async diarize(audio: Audio, _speech?: readonly Span[], _signal?: AbortSignal): Promise<SpeakerSpan[]> {
    const { samples } = await resample(audio, this.diarization.sampleRate);
    return this.diarization
      .process(samples)
      .map(({ start, end, speaker }) => ({ startSeconds: start, endSeconds: end, speaker: String(speaker) }));
  }
}
