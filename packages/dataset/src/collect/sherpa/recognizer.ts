// Step 4, what is said: any of sherpa-onnx's speech recognition models, in the folder in which they are published.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { resample, type Audio } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { hashFile, requireModelFile, type ModelPlace } from '../models/open-model';
import { loadSherpa, type Sherpa, type SherpaRecognizer } from './load';

/** The files of each kind of model: sherpa-onnx's name of the kind, and which file is which. */
const KINDS = {
  whisper: { section: 'whisper', files: { encoder: /encoder/, decoder: /decoder/ } },
  'sense-voice': { section: 'senseVoice', files: { model: /model/ } },
  paraformer: { section: 'paraformer', files: { model: /model/ } },
  transducer: { section: 'transducer', files: { encoder: /encoder/, decoder: /decoder/, joiner: /joiner/ } },
  'nemo-ctc': { section: 'nemoCtc', files: { model: /model/ } },
  'zipformer-ctc': { section: 'zipformerCtc', files: { model: /model|ctc/ } },
  'wenet-ctc': { section: 'wenetCtc', files: { model: /model/ } },
  dolphin: { section: 'dolphin', files: { model: /model/ } },
  'fire-red': { section: 'fireRedAsr', files: { encoder: /encoder/, decoder: /decoder/ } },
  moonshine: {
    section: 'moonshine',
    files: {
      preprocessor: /preprocess/,
      encoder: /encode/,
      uncachedDecoder: /uncached/,
      cachedDecoder: /(?<!un)cached/,
    },
  },
  tdnn: { section: 'tdnn', files: { model: /model/ } },
} as const satisfies Record<string, { section: string; files: Readonly<Record<string, RegExp>> }>;

export type RecognizerKind = keyof typeof KINDS;
export const RECOGNIZER_KINDS = Object.keys(KINDS) as RecognizerKind[];

export interface RecognizerOptions {
  /** A folder as sherpa-onnx publishes them: the `.onnx` files and the tokens. */
  model?: string;
  kind: RecognizerKind;
  /** For models that are told: 'en', 'zh'. */
  language?: string;
  threads: number;
}

export const RECOGNIZER_OPTIONS: RecognizerOptions = { kind: 'whisper', threads: 2 };

/** Sample rate that these models take. */
const SAMPLE_RATE = 16000;

export const recognizerPlace = (option = '--asr-model FOLDER', instead = '--transcripts srt or json'): ModelPlace => ({
  what: 'the speech recognition model',
  option,
  where:
    'https://github.com/k2-fsa/sherpa-onnx/releases/tag/asr-models (sherpa-onnx-whisper-*, sherpa-onnx-sense-voice-*, sherpa-onnx-paraformer-* and others)',
  instead,
});

export class Recognizer {
  private constructor(
    private readonly recognizer: SherpaRecognizer,
    readonly identity: unknown,
  ) {}

  /** @throws DatasetError `option` for what is missing: the folder, a file in it, sherpa-onnx-node */
  static async open(
    options: RecognizerOptions,
    place = recognizerPlace(),
    load: () => Promise<Sherpa> = loadSherpa,
  ): Promise<Recognizer> {
    const folder = await requireModelFile(options.model, place);
    const files = await filesOf(folder, options.kind, place);
    const { OfflineRecognizer } = await load();
    const { tokens, ...models } = files;
    const { language, kind, threads } = options;
    const section = {
      ...models,
      ...(language === undefined ? {} : { language }),
      ...(kind === 'whisper' ? { task: 'transcribe' } : {}),
    };
    const modelConfig = { [KINDS[kind].section]: section, tokens, numThreads: threads, debug: false };
    const hashes = await Promise.all(Object.values(files).map(hashFile));
    try {
      const recognizer = await OfflineRecognizer.createAsync({
        featConfig: { sampleRate: SAMPLE_RATE, featureDim: kind === 'tdnn' ? 23 : 80 },
        modelConfig,
      });
      return new Recognizer(recognizer, ['sherpa', kind, language ?? null, hashes]);
    } catch (error) {
      throw new DatasetError(
        'option',
        `${folder}: sherpa-onnx cannot load it as ${kind}: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  /** The text of one utterance, at most half a minute for most models; empty where nothing was understood. */
  async recognize(audio: Audio): Promise<string> {
    const { samples } = await resample(audio, SAMPLE_RATE);
    const stream = this.recognizer.createStream();
    stream.acceptWaveform({ samples, sampleRate: SAMPLE_RATE });
    const { text } = await this.recognizer.decodeAsync(stream);
    return text.trim();
  }
}

/** Looks each file up by its name; of several the one without 'int8', which is the more exact. */
async function filesOf(
  folder: string,
  kind: RecognizerKind,
  { what, where }: ModelPlace,
): Promise<Record<string, string>> {
  const names = (await readdir(folder).catch(() => [])).sort();
  const found: Record<string, string> = {};
  const missing: string[] = [];
  const look = (part: string, candidates: string[]) => {
    const name = candidates.find((candidate) => !candidate.includes('int8')) ?? candidates[0];
    if (name === undefined) missing.push(part);
    else found[part] = path.join(folder, name);
  };
  const graphs = names.filter((name) => /\.(?:onnx|ort)$/.test(name));
  for (const [part, pattern] of Object.entries(KINDS[kind].files))
    look(
      part,
      graphs.filter((name) => pattern.test(name)),
    );
  look(
    'tokens',
    names.filter((name) => /tokens\.txt$/.test(name)),
  );
  if (missing.length === 0) return found;
  throw new DatasetError(
    'option',
    `${folder}: ${what} of kind ${kind} lacks ${missing.join(', ')}; unpack all of it from ${where}, or name its kind with --asr-kind`,
  );
}
