// run.json: what a run trains, and on what. It lies beside the checkpoints, so that resuming, exporting or beginning with it needs no
// configuration, and parts that do not belong together are told apart before any work.
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { symbolTableOf, writeAtomically, type PreparedCorpus, type SymbolTable } from '@gpt-talker/dataset';
import { SpectralEncoder, SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import type { ConGptRecipe } from '../congpt/recipe';
import type { ConVitsRecipe } from '../convits/recipe';
import { TrainingCheckpointError } from './checkpoint';
import { TrainingDataError } from './data-error';
import { BEST_FILE, LAST_FILE } from './run';

export const RUN_FILE = 'run.json';
const FORMAT = 'gpt-talker-run';
const VERSION = 1;

export type AnyRecipe = ConGptRecipe | ConVitsRecipe;

/** What made the tokens of a corpus. */
export interface TokenOrigin {
  /** Number of codes; the tokens are below it. */
  readonly codes: number;
  /** Kind and fingerprint: of a spectral encoder `spectral` and the SHA-256 of its codebook. */
  readonly encoder: string;
}

export interface RunFile<Recipe extends AnyRecipe = AnyRecipe> {
  readonly recipe: Recipe;
  /** Unknown for corpora that do not say. */
  readonly tokens?: TokenOrigin;
  /** What the phoneme ids of its corpus are numbers of; likewise. */
  readonly symbols?: SymbolTable;
}

export const tokenOriginOf = ({ tokens }: PreparedCorpus): TokenOrigin | undefined =>
  tokens && { codes: tokens.vocabulary, encoder: tokens.encoder };

/** The codes of a spectral voice, as `SpectralEncoder.toBytes` wrote them. */
export const spectralOrigin = (codebook: Uint8Array): TokenOrigin => ({
  codes: SpectralEncoder.fromBytes(codebook).vocabulary,
  encoder: `spectral ${createHash('sha256').update(codebook).digest('hex')}`,
});

export function writeRunFile(directory: string, { recipe, tokens, symbols }: RunFile): Promise<void> {
  const content = { format: FORMAT, version: VERSION, recipe, tokens, symbols };
  return writeAtomically(path.join(directory, RUN_FILE), JSON.stringify(content, null, 2) + '\n');
}

/** What a folder's run.json says; undefined where there is none. @throws TrainingCheckpointError where it is damaged */
export async function readRunFile(directory: string): Promise<RunFile | undefined> {
  const file = path.join(directory, RUN_FILE);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new TrainingCheckpointError('unreadable', `${file}: cannot be read (${cause.code})`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    const { format, version, recipe, tokens, symbols } = JSON.parse(text) as Record<string, unknown> & RunFile;
    if (format === FORMAT && version === VERSION && (recipe.stage === 'gpt' || recipe.stage === 'vits'))
      return { recipe, tokens, symbols };
  } catch {
    // The same remedy.
  }
  throw new TrainingCheckpointError(
    'unreadable',
    `${file}: is not what gpt-talker-train writes beside its checkpoints; give --config with the checkpoint's file instead`,
  );
}

/** A run that something is to be made of. */
export interface TrainedRun<Recipe extends AnyRecipe = AnyRecipe> extends RunFile<Recipe> {
  readonly checkpoint: string;
}

/**
 * Finds a run by its folder (its best checkpoint, else its last) or by one of its checkpoints.
 * @param given the recipe, for runs that were made before run.json was written
 * @throws TrainingCheckpointError where there is no checkpoint, or nobody says what it is of
 */
export async function findRun<Stage extends AnyRecipe['stage']>(
  location: string,
  stage: Stage,
  given?: Extract<AnyRecipe, { stage: Stage }>,
): Promise<TrainedRun<Extract<AnyRecipe, { stage: Stage }>>> {
  const checkpoint = await checkpointIn(location);
  const folder = path.dirname(checkpoint);
  const found = (await readRunFile(folder)) ?? (await readRunFile(path.dirname(folder)));
  const recipe = given ?? found?.recipe;
  if (recipe === undefined)
    throw new TrainingCheckpointError(
      'unreadable',
      `${location}: has no ${RUN_FILE}, as runs of earlier versions; name the configuration that it was trained with (--config)`,
    );
  if (recipe.stage !== stage || (found && found.recipe.stage !== stage)) {
    const [is, wanted] = stage === 'gpt' ? ['ConVITS', 'ConGPT'] : ['ConGPT', 'ConVITS'];
    throw new TrainingCheckpointError('mismatch', `${location}: is a run of ${is}; give one of ${wanted}`);
  }
  return {
    checkpoint,
    recipe: recipe as Extract<AnyRecipe, { stage: Stage }>,
    tokens: found?.tokens,
    symbols: found?.symbols,
  };
}

async function checkpointIn(location: string): Promise<string> {
  const found = await stat(location).catch((cause: NodeJS.ErrnoException) => {
    throw new TrainingCheckpointError('unreadable', `${location}: cannot be opened (${cause.code}); check the path`, {
      cause,
    });
  });
  if (!found.isDirectory()) return location;
  for (const name of [BEST_FILE, LAST_FILE]) {
    const file = path.join(location, name);
    if (
      await stat(file).then(
        (entry) => entry.isFile(),
        () => false,
      )
    )
      return file;
  }
  throw new TrainingCheckpointError(
    'unreadable',
    `${location}: neither ${BEST_FILE} nor ${LAST_FILE} is in it; give the folder of a run, or a checkpoint`,
  );
}

/** How many speech codes a model has. */
export const codesOf = (recipe: AnyRecipe): number =>
  recipe.stage === 'gpt' ? recipe.model.semanticVocabulary - 1 : recipe.model.quantizer.size;

/** Names an encoder in a message. */
export const shown = (encoder: string): string => encoder.replace(/^(\S+ [0-9a-f]{12})[0-9a-f]+$/, '$1…');

/**
 * Whether a corpus is what a model can learn from.
 * @throws TrainingDataError naming both sides
 */
export function checkTokens(corpus: PreparedCorpus, recipe: AnyRecipe): void {
  const origin = tokenOriginOf(corpus);
  if (origin && origin.codes > codesOf(recipe))
    throw new TrainingDataError(
      `${corpus.path} was prepared with ${origin.codes} speech codes (${shown(origin.encoder)}), ${recipe.name} is configured for ${codesOf(recipe)}; use the configuration that the codes were made with.`,
    );
}

/** How many phoneme symbols a model has. */
const symbolsOf = (recipe: AnyRecipe): number =>
  recipe.stage === 'gpt' ? recipe.model.phonemeVocabulary : recipe.model.symbols;

/**
 * Whether a corpus' phonemes are those that a model reads and that a voice will read.
 * @throws TrainingDataError naming both sides
 */
export function checkSymbols({ path: place, symbols }: PreparedCorpus, recipe: AnyRecipe): void {
  if (!symbols) return;
  if (symbols.count > symbolsOf(recipe))
    throw new TrainingDataError(
      `${place} was prepared with ${symbols.count} phoneme symbols, ${recipe.name} is configured for ${symbolsOf(recipe)}; raise them in the configuration.`,
    );
  if (symbols.sha256 !== symbolTableOf(SYMBOLS_V2.slice(0, symbols.count)).sha256)
    throw new TrainingDataError(
      `${place} was prepared with a list of ${symbols.count} phoneme symbols (SHA-256 ${symbols.sha256.slice(0, 12)}…) that is not this version's; prepare it again.`,
    );
}

/**
 * Whether two sides speak of the same codes.
 * @throws TrainingDataError naming both
 */
export function checkSameTokens(
  [one, first]: readonly [string, TokenOrigin | undefined],
  [other, second]: readonly [string, TokenOrigin | undefined],
): void {
  if (!first || !second || first.encoder === second.encoder) return;
  throw new TrainingDataError(
    `${one} was made with the speech codes ${shown(first.encoder)} (${first.codes}), ${other} with ${shown(second.encoder)} (${second.codes}); give parts that were made with the same codes.`,
  );
}
