// Only the ears of others' weights: HuBERT and ConVITS's quantiser, and, for Chinese, BERT, as graphs in a folder. Preparing a corpus
// for fine-tuning needs no more of them, and makes the tokens and features that the weights were trained with.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { BertSpec, HubertSpec } from '@gpt-talker/dataset';
import { bertGraph, readBertFolder } from '@gpt-talker/tokenizer/bert';
import { hubertGraphs, readHubertFolder } from '@gpt-talker/tokenizer/hubert';
import { embeddingWidth, readSpeakerEncoder, speakerEncoderGraph } from '@gpt-talker/tokenizer/speaker';
import { convitsGraphs } from '@gpt-talker/vits/model';
import { VoiceBuilder } from '../voice-builder';
import { ImportError } from './errors';
import { readStageTwo, type StageTwo } from './stage-two';

export interface SpeechGraphOptions {
  /** The second stage, a `.pth`. */
  vitsCheckpoint: string;
  /** Upstream's s2.json, where that is a training checkpoint. */
  vitsConfig?: string;
  /** Hugging Face folder of the HuBERT that the weights were trained with. */
  hubertFolder: string;
  /** Hugging Face folder of the BERT. */
  bertFolder?: string;
  /** The speaker encoder that weights of v2Pro and v2ProPlus read; where it is given, every turn's speaker is prepared. */
  speakerEncoder?: string;
  /** The folder to write; graphs that were made from the same files before are found there again. */
  output: string;
  onProgress?: (step: string) => void;
  signal?: AbortSignal;
}

/** What `prepare` in @gpt-talker/dataset takes. */
export interface SpeechGraphs {
  speech: HubertSpec;
  textFeatures?: BertSpec;
}

const MANIFEST = 'speech.json';
const VERSION = 1;

/** @throws ImportError, ModelFolderError, CheckpointError, ConVitsConfigError: each names the file and what is wrong with it */
export async function exportSpeechGraphs(options: SpeechGraphOptions): Promise<SpeechGraphs> {
  const { output, hubertFolder, bertFolder, vitsCheckpoint, vitsConfig, speakerEncoder, onProgress } = options;
  onProgress?.('reading weights');
  const sources = await fingerprintOf([
    vitsCheckpoint,
    vitsConfig,
    hubertFolder,
    bertFolder,
    ...(speakerEncoder === undefined ? [] : [speakerEncoder]),
  ]);
  const known = await readManifest(output, sources);
  if (known) return located(known, output);
  const builder = new VoiceBuilder({ ...options, weights: 'float16' });
  const speech = await exportHearing(builder, options, sources);
  const textFeatures = bertFolder === undefined ? undefined : await exportReading(builder, bertFolder, sources);
  await mkdir(output, { recursive: true });
  for (const { path: name, bytes } of builder.contents) await writeFile(path.join(output, name), bytes);
  const graphs: SpeechGraphs = { speech, ...(textFeatures && { textFeatures }) };
  // Last: its presence means that the graphs are whole.
  await writeFile(path.join(output, MANIFEST), `${JSON.stringify({ version: VERSION, sources, graphs }, null, 2)}\n`);
  return located(graphs, output);
}

async function exportHearing(
  builder: VoiceBuilder,
  { vitsCheckpoint, vitsConfig, hubertFolder, speakerEncoder }: SpeechGraphOptions,
  fingerprint: string,
): Promise<HubertSpec> {
  const vits = await readStageTwo(vitsCheckpoint, { configFile: vitsConfig });
  try {
    const { size: vocabulary, width } = vits.config.quantizer;
    const quantizer = convitsGraphs(vits.model).quantizer;
    if (quantizer === undefined) {
      throw new ImportError('mismatch', `${vitsCheckpoint}: takes no features of HuBERT; give a SoVITS checkpoint`);
    }
    const hubert = await readHubertFolder(hubertFolder);
    try {
      if (hubert.config.width !== width) {
        throw new ImportError(
          'mismatch',
          `${hubertFolder} gives ${hubert.config.width} features, ${vitsCheckpoint} takes ${width}; give parts that were trained together`,
        );
      }
      const { encoder, statistics } = hubertGraphs(hubert.model);
      await builder.addGraph('hubert', encoder);
      await builder.addGraph('hubert-statistics', statistics);
      await builder.addGraph('quantizer', quantizer);
    } finally {
      hubert.store.dispose();
    }
    const speaker = await exportSpeaker(builder, speakerEncoder, vits);
    return {
      kind: 'hubert',
      graph: 'hubert.onnx',
      statistics: 'hubert-statistics.onnx',
      quantizer: 'quantizer.onnx',
      vocabulary,
      width,
      ...(speaker && { speaker }),
      // As upstream, and as voices made from these weights: samples are encoded as they are.
      fingerprint,
    };
  } finally {
    vits.store.dispose();
  }
}

/** @throws ImportError `option` where the weights need a speaker encoder and none is given, `mismatch` where it is another one */
async function exportSpeaker(
  builder: VoiceBuilder,
  file: string | undefined,
  { file: vitsFile, config, version }: StageTwo,
): Promise<HubertSpec['speaker']> {
  if (file === undefined && config.speaker) {
    throw new ImportError(
      'option',
      `${vitsFile}: is of ${version}, whose style depends on who speaks; give its speaker encoder as well, pretrained_eres2netv2w24s4ep4.ckpt (--speaker-encoder)`,
    );
  }
  if (file === undefined || !config.speaker) return undefined;
  const encoder = await readSpeakerEncoder(file);
  try {
    const width = embeddingWidth(encoder.config);
    if (width !== config.speaker.width) {
      throw new ImportError(
        'mismatch',
        `${file} gives ${width} numbers of a speaker, ${vitsFile} takes ${config.speaker.width}; give parts that were trained together`,
      );
    }
    await builder.addGraph('speaker', speakerEncoderGraph(encoder.model));
    return { graph: 'speaker.onnx', width };
  } finally {
    encoder.store.dispose();
  }
}

async function exportReading(builder: VoiceBuilder, bertFolder: string, fingerprint: string): Promise<BertSpec> {
  const { config, model, store, tokenizer } = await readBertFolder(bertFolder);
  try {
    builder.add({ key: 'tokenizer', path: 'bert-tokenizer.json', bytes: Buffer.from(JSON.stringify(tokenizer)) });
    await builder.addGraph('bert', bertGraph(model));
    const { maximumPositions, width } = config;
    return { kind: 'bert', graph: 'bert.onnx', tokenizer: 'bert-tokenizer.json', maximumPositions, width, fingerprint };
  } finally {
    store.dispose();
  }
}

async function readManifest(output: string, sources: string): Promise<SpeechGraphs | undefined> {
  try {
    const found = JSON.parse(await readFile(path.join(output, MANIFEST), 'utf8')) as {
      version: number;
      sources: string;
      graphs: SpeechGraphs;
    };
    return found.version === VERSION && found.sources === sources ? found.graphs : undefined;
  } catch {
    return undefined; // Not there, or not ours: the graphs are made again.
  }
}

/** The manifest names files without their folder, so that the folder may be moved. */
function located({ speech, textFeatures }: SpeechGraphs, output: string): SpeechGraphs {
  const at = (name: string) => path.resolve(output, name);
  return {
    speech: {
      ...speech,
      graph: at(speech.graph),
      statistics: at(speech.statistics),
      quantizer: at(speech.quantizer),
      ...(speech.speaker && { speaker: { ...speech.speaker, graph: at(speech.speaker.graph) } }),
    },
    ...(textFeatures && {
      textFeatures: { ...textFeatures, graph: at(textFeatures.graph), tokenizer: at(textFeatures.tokenizer) },
    }),
  };
}

/** Of the content of files and of the files in folders. */
async function fingerprintOf(sources: readonly (string | undefined)[]): Promise<string> {
  const hash = createHash('sha256').update(`version ${VERSION}`);
  for (const source of sources) {
    hash.update(`/${source === undefined ? 'none' : 'source'}/`);
    if (source === undefined) continue;
    for (const file of await filesOf(source)) {
      hash.update(path.basename(file));
      await pipeline(createReadStream(file), async (pieces) => {
        for await (const piece of pieces) hash.update(piece as Buffer);
      });
    }
  }
  return hash.digest('hex').slice(0, 32);
}

async function filesOf(source: string): Promise<string[]> {
  try {
    const entries = await readdir(source, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(source, name));
    return files.sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [source];
    throw new ImportError('option', `${source}: cannot be read (${code}); check the path`, { cause: error });
  }
}
