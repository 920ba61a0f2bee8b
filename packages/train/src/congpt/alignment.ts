// The alignment prior of a run: how long phonemes last in its corpus. It lies beside the checkpoints, because the voice needs it too.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { AlignmentPrior } from '@gpt-talker/context';
import { writeAtomically, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import { TrainingCheckpointError } from '../run/checkpoint';
import { estimateDurations, estimateFollowing } from './durations';
import type { ConGptRecipe } from './recipe';

export const ALIGNMENT_FILE = 'alignment.json';

/** The prior of the training split; undefined where the recipe asks for none. */
export async function estimateAlignment(
  { alignment, model, examples }: ConGptRecipe,
  corpus: PreparedCorpus,
): Promise<AlignmentPrior | undefined> {
  if (alignment === undefined) return undefined;
  const { roles } = examples;
  const estimated = await estimateDurations(turnsOf(corpus, roles), model.phonemeVocabulary);
  const { freeTokens, decayTokens } = alignment;
  const durations = { freeTokens, decayTokens, ...estimated };
  return { ...durations, following: await estimateFollowing(corpus.dialogues('train'), roles, durations) };
}

export const writeAlignment = (directory: string, prior: AlignmentPrior): Promise<void> =>
  writeAtomically(path.join(directory, ALIGNMENT_FILE), JSON.stringify(prior));

/**
 * The prior that a run wrote beside the given checkpoint; undefined where its recipe has none.
 * @throws TrainingCheckpointError where it is not there or damaged
 */
export async function readAlignment(
  checkpoint: string,
  { alignment }: Pick<ConGptRecipe, 'alignment'>,
): Promise<AlignmentPrior | undefined> {
  if (alignment === undefined) return undefined;
  const file = path.join(path.dirname(checkpoint), ALIGNMENT_FILE);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as AlignmentPrior;
  } catch (cause) {
    throw new TrainingCheckpointError(
      'unreadable',
      `${file}: cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'no JSON'}); keep it beside the checkpoints of its run`,
      { cause },
    );
  }
}

async function* turnsOf(corpus: PreparedCorpus, roles: readonly PreparedTurn['role'][]): AsyncGenerator<PreparedTurn> {
  for await (const { turns } of corpus.dialogues('train'))
    for (const turn of turns) if (roles.includes(turn.role)) yield turn;
}
