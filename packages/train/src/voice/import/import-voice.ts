// From others' weights to a voice: GPT-SoVITS's or GPT-Talker's two stages, the HuBERT that its tokens were made with, for Chinese
// its BERT, and for v2Pro its speaker encoder. All parts are read and checked against one another, then traced into graphs.
import { type ParameterStore } from '@gpt-talker/nn';
import { hubertGraphs, readHubertFolder, type HubertFolder } from '@gpt-talker/tokenizer/hubert';
import { embeddingWidth, readSpeakerEncoder, type SpeakerEncoderFile } from '@gpt-talker/tokenizer/speaker';
import { convitsGraphs } from '@gpt-talker/vits/model';
import { writeVoiceFolder } from '../export/voice-folder';
import { addBert, addReferences, addSpeakerEncoder, requireEqual } from '../parts';
import { VoiceBuilder } from '../voice-builder';
import { ImportError } from './errors';
import { importedManifest } from './manifest';
import { type ImportedVoice, type ImportVoiceOptions } from './options';
import { readStageOne, type StageOne } from './stage-one';
import { readStageTwo, type StageTwo } from './stage-two';

/**
 * Writes a voice's folder, whole or not at all.
 * @throws ImportError, ModelFolderError, CheckpointError, GptError, ConVitsConfigError: each names the file and what is wrong with it
 */
export async function importVoice(options: ImportVoiceOptions): Promise<ImportedVoice> {
  const { weights = 'float16', onProgress, signal, output } = options;
  const builder = new VoiceBuilder({ weights, onProgress, signal });
  await addReferences(builder, options);
  // Everything is read before anything is exported, so that what does not fit is said at once.
  const parts = await readParts(builder, options);
  try {
    const text = await addBert(builder, options, parts);
    const together = await builder.addGpt(parts.gpt.model);
    for (const [key, graph] of Object.entries(convitsGraphs(parts.vits.model))) await builder.addGraph(key, graph);
    const { encoder, statistics } = hubertGraphs(parts.hubert.model);
    await builder.addGraph('hubert', encoder);
    await builder.addGraph('hubert-statistics', statistics);
    const speaker = await addSpeakerEncoder(builder, parts);
    await builder.step(`writing ${output}`);
    const manifest = importedManifest(options, { ...parts, text, speaker, together });
    return { manifest: await writeVoiceFolder(output, manifest, builder.contents), notes: builder.notes };
  } finally {
    for (const part of Object.values(parts) as { store: ParameterStore }[]) part?.store.dispose();
  }
}

interface Parts {
  gpt: StageOne;
  vits: StageTwo;
  hubert: HubertFolder;
  /** Of v2Pro and v2ProPlus only. */
  speakerEncoder?: SpeakerEncoderFile;
}

async function readParts(builder: VoiceBuilder, options: ImportVoiceOptions): Promise<Parts> {
  const { gptCheckpoint, vitsCheckpoint, vitsConfig, hubertFolder, bertFolder } = options;
  const read: { store: ParameterStore }[] = [];
  const reading = async <T extends { store: ParameterStore; unexpected: string[] }>(
    file: string,
    part: () => Promise<T>,
  ): Promise<T> => {
    await builder.step(`reading ${file}`);
    const found = await part();
    read.push(found);
    builder.noteUnexpected(file, found.unexpected);
    return found;
  };
  try {
    const gpt = await reading(gptCheckpoint, () => readStageOne(gptCheckpoint, { features: bertFolder !== undefined }));
    const vits = await reading(vitsCheckpoint, () => readStageTwo(vitsCheckpoint, { configFile: vitsConfig }));
    const { size, width } = vits.config.quantizer;
    const counted = gpt.config.semanticVocabulary - 1;
    requireSameSymbols(gpt, vits);
    requireEqual([`${gptCheckpoint} counts`, counted], [`${vitsCheckpoint} has`, size], 'speech tokens');
    const hubert = await reading(hubertFolder, () => readHubertFolder(hubertFolder));
    const given = hubert.config.width;
    requireEqual([`${hubertFolder} gives`, given], [`${vitsCheckpoint} takes`, width], 'features');
    const speakerFile = speakerFileOf(options, vits);
    if (speakerFile === undefined) return { gpt, vits, hubert };
    const speakerEncoder = await reading(speakerFile, () => readSpeakerEncoder(speakerFile));
    const told = embeddingWidth(speakerEncoder.config);
    const taken = vits.config.speaker!.width;
    requireEqual([`${speakerFile} gives`, told], [`${vitsCheckpoint} takes`, taken], 'numbers of a speaker');
    return { gpt, vits, hubert, speakerEncoder };
  } catch (error) {
    for (const { store } of read) store.dispose();
    throw error;
  }
}

/** The speaker encoder that these weights need: a voice holds it only then. @throws ImportError `option` where it is needed and not given */
function speakerFileOf(
  { speakerEncoder }: ImportVoiceOptions,
  { file, version, config }: StageTwo,
): string | undefined {
  if (!config.speaker) return undefined;
  if (speakerEncoder !== undefined) return speakerEncoder;
  throw new ImportError(
    'option',
    `${file}: is of ${version}, whose style depends on who speaks; give its speaker encoder as well, pretrained_eres2netv2w24s4ep4.ckpt (--speaker-encoder)`,
  );
}

/** A first stage of v1 counts 512 phonemes, of which 322 are used; later ones 732. */
function requireSameSymbols(gpt: StageOne, vits: StageTwo): void {
  if (gpt.symbols.length >= vits.symbols.length) return;
  throw new ImportError(
    'mismatch',
    `${gpt.file} embeds v1's ${gpt.symbols.length} symbols, ${vits.file} of ${vits.version} has ${vits.symbols.length}; give parts that were trained together`,
  );
}
