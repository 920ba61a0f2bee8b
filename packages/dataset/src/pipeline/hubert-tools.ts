// HuBERT, ConVITS's quantiser and BERT as exported graphs: what voices made from upstream's weights encode with. Graphs are
// loaded when they are first needed, so that a thread that only plans holds none.
import { type Audio } from '@gpt-talker/audio';
import { SessionHost } from '@gpt-talker/runtime';
import { BertFeatures, HubertEncoder, SpeakerEncoder, spansOf } from '@gpt-talker/tokenizer';
import { FeatureQuantizer } from '@gpt-talker/vits';
import { type SpeechTools, type TextFeatureExtractor } from './tools';

/** Graph files, and what must be known of them. */
export interface HubertSpec {
  kind: 'hubert';
  /** Paths of hubert.onnx, hubert-statistics.onnx and quantizer.onnx. */
  graph: string;
  statistics: string;
  quantizer: string;
  vocabulary: number;
  /** Numbers in one feature. */
  width: number;
  /** See `HubertEncoderOptions`. */
  normalize?: boolean;
  tailSeconds?: number;
  /** speaker.onnx, and the width of its embeddings: for ConVITS of GPT-SoVITS v2Pro, whose style depends on who speaks. */
  speaker?: { graph: string; width: number };
  /** Of the files' content. */
  fingerprint: string;
}

export interface BertSpec {
  kind: 'bert';
  /** Paths of bert.onnx and its tokenizer.json. */
  graph: string;
  tokenizer: string;
  maximumPositions: number;
  width: number;
  fingerprint: string;
}

/** One thread for all graphs of this one. */
class LazyHost {
  private host: Promise<SessionHost> | undefined;

  get(): Promise<SessionHost> {
    this.host ??= SessionHost.start({ intraOpThreads: 1 });
    return this.host;
  }

  async dispose(): Promise<void> {
    await (await this.host)?.dispose();
  }
}

export function hubertTools(spec: HubertSpec): SpeechTools {
  const host = new LazyHost();
  let quantizer: Promise<FeatureQuantizer> | undefined;
  let encoder: Promise<HubertEncoder> | undefined;
  let speaker: Promise<SpeakerEncoder> | undefined;
  const loadQuantizer = async () => FeatureQuantizer.load(await host.get(), spec.quantizer, spec.vocabulary);
  const loadEncoder = async () =>
    HubertEncoder.load(await host.get(), { ...spec, quantizer: await (quantizer ??= loadQuantizer()) });
  return {
    fingerprint: `hubert ${spec.fingerprint}${spec.speaker ? ' with speakers' : ''}`,
    vocabulary: spec.vocabulary,
    ssl: {
      width: spec.width,
      extract: async (audio: Audio) => (await (await (encoder ??= loadEncoder())).features(audio)).data,
    },
    quantizer: {
      quantize: async (features, frames) => (await (quantizer ??= loadQuantizer())).quantize(features, frames),
    },
    ...(spec.speaker && {
      speaker: {
        width: spec.speaker.width,
        extract: async (audio: Audio) =>
          (await (speaker ??= host.get().then((to) => SpeakerEncoder.load(to, spec.speaker!)))).embed(audio),
      },
    }),
    dispose: () => host.dispose(),
  };
}

export function bertTools(spec: BertSpec): TextFeatureExtractor {
  const host = new LazyHost();
  let bert: Promise<BertFeatures> | undefined;
  return {
    fingerprint: `bert ${spec.fingerprint}`,
    width: spec.width,
    extract: async (reading) =>
      (await (bert ??= host.get().then((to) => BertFeatures.load(to, spec)))).features(spansOf(reading)),
    dispose: () => host.dispose(),
  };
}
