// From two runs to a voice: both models traced into graphs, with what encodes speech (a spectral voice's codes, or HuBERT) and text
// (BERT, where ConGPT was trained with its features), and the reference recordings. Any run of stage 1 goes with any of stage 2 that speaks
// of the same codes.
import type { ArrayTensor } from '@gpt-talker/checkpoint';
import { ParameterError, type ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS, SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import { hubertGraphs, readHubertFolder } from '@gpt-talker/tokenizer/hubert';
import { embeddingWidth, readSpeakerEncoder } from '@gpt-talker/tokenizer/speaker';
import { convitsGraphs } from '@gpt-talker/vits/model';
import type { VoiceManifest } from '@gpt-talker/voice';
import { readAlignment } from '../../congpt/alignment';
import { createConGpt } from '../../congpt/model';
import type { ConGptRecipe } from '../../congpt/recipe';
import { createSpeaker } from '../../convits/model';
import type { ConVitsRecipe } from '../../convits/recipe';
import { mergeLora } from '../../engine/lora';
import { TrainingCheckpointError } from '../../run/checkpoint';
import { TrainingDataError } from '../../run/data-error';
import { readWeights } from '../../run/initialize';
import { checkSameTokens, codesOf, findRun, spectralOrigin, type TrainedRun } from '../../run/run-file';
import { VoiceBuilder, type CompactWeights, type WeightStorage } from '../voice-builder';
import { hubertEncoder } from '../import/manifest';
import { languagesOf, voiceManifest } from '../manifest';
import { addBert, addReferences, addSpeakerEncoder, requireEqual } from '../parts';
import { writeVoiceFolder } from './voice-folder';

export interface ExportVoiceOptions {
  /** Folders of both runs, or checkpoints in them. */
  gpt: string;
  vits: string;
  /** For runs that were made before run.json was written beside their checkpoints. */
  recipes?: { gpt?: ConGptRecipe; vits?: ConVitsRecipe };
  /** The encoder of a voice that was trained on spectral codes, as `SpectralEncoder.toBytes` wrote it. */
  codebook?: Uint8Array;
  /** Hugging Face folder of the HuBERT that the tokens were made with. */
  hubertFolder?: string;
  /** Hugging Face folder of the BERT whose features ConGPT was trained with. */
  bertFolder?: string;
  /** The speaker encoder of v2Pro and v2ProPlus. */
  speakerEncoder?: string;
  /** How weights are stored; default `int8`: those of large products in 8 bits, all others in 16. */
  weights?: WeightStorage;
  /** Recordings that give the timbre where a dialogue has none, as 16-bit wav files; `speaker` is the role that each was spoken in. */
  references: { speaker: 'user' | 'agent'; text: string; file: string }[];
  /** Default: the name that the configuration gives. */
  name?: string;
  description: string;
  license: string;
  origin: string;
  /** Whose speech the voice speaks with, and by what right. */
  consent?: VoiceManifest['consent'];
  /** The folder to write. */
  output: string;
  onProgress?: (step: string) => void;
}

/**
 * Writes a voice's folder, whole or not at all.
 * @returns the manifest as written
 * @throws TrainingCheckpointError, TrainingDataError, ImportError: what does not belong together, naming both sides
 */
export async function exportVoice(options: ExportVoiceOptions): Promise<VoiceManifest> {
  const { weights = 'int8', onProgress, output, references } = options;
  const runs = {
    gpt: await findRun(options.gpt, 'gpt', options.recipes?.gpt),
    vits: await findRun(options.vits, 'vits', options.recipes?.vits),
  };
  const symbols = checkRuns(runs, options);
  const builder = new VoiceBuilder({ weights, onProgress });
  await addReferences(builder, { references });

  const gpt = createConGpt({ ...runs.gpt.recipe, lora: undefined });
  await loadWeights(runs.gpt.checkpoint, gpt.store);
  const vits = createSpeaker(runs.vits.recipe);
  await loadWeights(runs.vits.checkpoint, vits.store);

  const text = await addBert(
    builder,
    { bertFolder: options.bertFolder, gptCheckpoint: options.gpt },
    { gpt: { config: gpt.model.config } },
  );
  const together = await builder.addGpt(gpt.model);
  const isSpectral = options.codebook !== undefined;
  for (const [key, graph] of Object.entries(convitsGraphs(vits.model))) {
    // Whose codes come from outside needs no quantiser of its own.
    if (key === 'quantizer' && isSpectral) continue;
    await builder.addGraph(key, graph, COMPACT[runs.vits.recipe.model.decoder.kind]?.[key]);
  }
  const encoder = await addEncoder(builder, options, runs.vits);
  const speaker = await addSpeaker(builder, options, runs.vits);
  const { layout, voice } = runs.gpt.recipe;
  const manifest = voiceManifest({
    name: options.name ?? runs.gpt.recipe.name,
    description: options.description,
    license: options.license,
    origin: options.origin,
    ...(options.consent && { consent: options.consent }),
    languages: languagesOf(text, symbols.length > SYMBOLS.length),
    symbols: [...symbols],
    text,
    layout: { ...layout, alignment: await spokenAlignment(runs.gpt), historyTurns: voice.historyTurns },
    gpt: { ...gpt.model.config, together },
    vits: runs.vits.recipe.model,
    sampleRate: runs.vits.recipe.audio.sampleRate,
    windowSamples: runs.vits.recipe.audio.windowSamples,
    noiseScale: runs.vits.recipe.noiseScale,
    ...(speaker && { speaker }),
    sampling: voice.sampling,
    encoder,
    references: references.map(({ speaker: role, text: said }, index) => ({
      speaker: role,
      text: said,
      file: `reference-${index}`,
    })),
  });
  return writeVoiceFolder(output, manifest, builder.contents);
}

/** Small decoders and what is before them are kept small and fast, at a loss that has been measured on the embedded voice. */
const COMPACT: Readonly<Record<string, Record<string, CompactWeights>>> = {
  'source-filter': { decoder: { matrices: true }, latent: { kernels: true } },
};

interface Runs {
  gpt: TrainedRun<ConGptRecipe>;
  vits: TrainedRun<ConVitsRecipe>;
}

/** Everything that can be told before weights are read. @returns the symbol table */
function checkRuns({ gpt, vits }: Runs, options: ExportVoiceOptions): readonly string[] {
  const { codebook, hubertFolder, bertFolder } = options;
  requireEqual(
    [`${options.gpt} counts`, codesOf(gpt.recipe)],
    [`${options.vits} has`, codesOf(vits.recipe)],
    'speech tokens',
  );
  checkSameTokens([options.gpt, gpt.tokens], [options.vits, vits.tokens]);
  const { symbols } = vits.recipe.model;
  const table = [SYMBOLS, SYMBOLS_V2].find(({ length }) => length === symbols);
  if (!table)
    throw new TrainingDataError(
      `${options.vits} has ${symbols} phoneme symbols; there are tables of ${SYMBOLS.length} (v1) and ${SYMBOLS_V2.length} (v2).`,
    );
  if (gpt.recipe.model.phonemeVocabulary < symbols)
    throw new TrainingDataError(
      `${options.gpt} embeds ${gpt.recipe.model.phonemeVocabulary} phoneme symbols, ${options.vits} has ${symbols}; give runs that were trained on the same symbols.`,
    );
  const featureWidth = gpt.recipe.model.featureWidth;
  if (featureWidth === 0 && bertFolder !== undefined)
    throw new TrainingDataError(`${options.gpt} was trained without text features; leave --bert out.`);
  if ((codebook === undefined) === (hubertFolder === undefined))
    throw new TrainingDataError(
      `${codebook === undefined ? 'What hears for the voice is missing' : 'Two things hear for the voice'}: give the codebook of a spectral voice (--codebook), or the HuBERT that its tokens were made with (--hubert).`,
    );
  if (codebook !== undefined) {
    const given = spectralOrigin(codebook);
    for (const [name, { tokens }] of [
      [options.gpt, gpt],
      [options.vits, vits],
    ] as const)
      checkSameTokens([name, tokens], ['the given codebook', given]);
    requireEqual(
      ['the given codebook has', given.codes],
      [`${options.vits} has`, codesOf(vits.recipe)],
      'speech tokens',
    );
  } else {
    if (vits.recipe.model.quantizer.kind === 'spectral')
      throw new TrainingDataError(
        `${options.vits} learnt spectral codes, which HuBERT does not make; give the codebook that the corpus was prepared with (--codebook).`,
      );
    for (const [name, { tokens }] of [
      [options.gpt, gpt],
      [options.vits, vits],
    ] as const)
      if (tokens?.encoder.startsWith('spectral'))
        throw new TrainingDataError(
          `${name} was trained on spectral codes, and --hubert names a HuBERT; give the codebook that the corpus was prepared with (--codebook).`,
        );
  }
  return table;
}

async function addEncoder(
  builder: VoiceBuilder,
  { codebook, hubertFolder, vits }: ExportVoiceOptions,
  { recipe }: TrainedRun<ConVitsRecipe>,
): Promise<VoiceManifest['encoder']> {
  if (codebook !== undefined) {
    builder.add({ key: 'codebook', path: 'codebook.safetensors', bytes: codebook });
    return { kind: 'spectral', file: 'codebook' };
  }
  await builder.step(`reading ${hubertFolder}`);
  const { model, store, config, unexpected } = await readHubertFolder(hubertFolder!);
  try {
    builder.noteUnexpected(hubertFolder!, unexpected);
    requireEqual([`${hubertFolder} gives`, config.width], [`${vits} takes`, recipe.model.quantizer.width], 'features');
    const { encoder, statistics } = hubertGraphs(model);
    await builder.addGraph('hubert', encoder);
    await builder.addGraph('hubert-statistics', statistics);
    return hubertEncoder(0);
  } finally {
    store.dispose();
  }
}

async function addSpeaker(
  builder: VoiceBuilder,
  { speakerEncoder: file, vits }: ExportVoiceOptions,
  { recipe }: TrainedRun<ConVitsRecipe>,
): Promise<VoiceManifest['speaker']> {
  const { speaker } = recipe.model;
  if (!speaker) return undefined;
  if (file === undefined)
    throw new TrainingDataError(
      `${vits} was trained with the embeddings of a speaker encoder; give it as well (--speaker-encoder).`,
    );
  const speakerEncoder = await readSpeakerEncoder(file);
  try {
    requireEqual(
      [`${file} gives`, embeddingWidth(speakerEncoder.config)],
      [`${vits} takes`, speaker.width],
      'numbers of a speaker',
    );
    return await addSpeakerEncoder(builder, { speakerEncoder });
  } finally {
    speakerEncoder.store.dispose();
  }
}

/** The prior of the run, with the decay that the voice is to speak with. */
async function spokenAlignment({ checkpoint, recipe }: Runs['gpt']): Promise<VoiceManifest['layout']['alignment']> {
  const trained = await readAlignment(checkpoint, recipe);
  return (
    trained && {
      ...trained,
      durations: [...trained.durations],
      decayTokens: recipe.alignment?.spokenDecayTokens ?? trained.decayTokens,
    }
  );
}

/** Parameters of a checkpoint, adapters merged in, without the optimiser's state and without what the model does not have. */
async function loadWeights(file: string, store: ParameterStore): Promise<void> {
  const merged = mergeLora(await readWeights(file));
  const weights = new Map<string, ArrayTensor>();
  for (const name of store.names()) {
    const tensor = merged.get(name);
    if (tensor === undefined)
      throw new TrainingCheckpointError(
        'mismatch',
        `${file}: has no parameter ${name}; export with the configuration that it was trained with`,
      );
    weights.set(name, tensor);
  }
  try {
    store.load(weights);
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw new TrainingCheckpointError('mismatch', `${file}: ${error.message}`, { cause: error });
  }
}
