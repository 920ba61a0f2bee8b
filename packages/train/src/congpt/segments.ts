// From turns of a prepared corpus to the segments that ConGPT reads.
import type { Segment } from '@gpt-talker/context';
import {
  readExample,
  readTurnFeatures,
  rolesByTarget,
  type ExampleReference,
  type PreparedCorpus,
  type PreparedTurn,
} from '@gpt-talker/dataset';
import type { ConGptConfig } from '@gpt-talker/gpt/model';
import { TrainingDataError } from '../run/data-error';

/** What of a model decides which turns it can read. */
export type Vocabulary = Pick<ConGptConfig, 'featureWidth' | 'phonemeVocabulary' | 'semanticVocabulary'>;

/** The segments of an example; who speaks the target is the agent. */
export async function readSegments(
  corpus: PreparedCorpus,
  example: ExampleReference,
  vocabulary: Vocabulary,
): Promise<Segment[]> {
  return turnSegments(rolesByTarget(await readExample(corpus, example)), vocabulary);
}

/**
 * T1 A1 … Tn An, with text features where the corpus and the model have them.
 * @throws TrainingDataError where a turn has ids or features that the model does not have
 */
export async function turnSegments(turns: readonly PreparedTurn[], vocabulary: Vocabulary): Promise<Segment[]> {
  const { featureWidth } = vocabulary;
  const segments: Segment[] = [];
  for (const turn of turns) {
    checkIds(turn, vocabulary);
    const features = featureWidth > 0 ? await readTurnFeatures(turn) : undefined;
    if (features && features.width !== featureWidth)
      throw new TrainingDataError(
        `${turn.name ?? turn.text}: its text features have width ${features.width}, model.feature_width is ${featureWidth}.`,
      );
    segments.push(
      { kind: 'text', role: turn.role, phonemes: Int32Array.from(turn.phonemes), features: features?.data },
      { kind: 'speech', role: turn.role, tokens: Int32Array.from(turn.tokens) },
    );
  }
  return segments;
}

/** An id beyond its table would be looked up in another one, and the id that ends speech would be learnt within it. */
function checkIds(turn: PreparedTurn, { phonemeVocabulary, semanticVocabulary }: Vocabulary): void {
  const codes = semanticVocabulary - 1;
  const refuse = (what: string, id: number, count: number) => {
    const name = turn.name ?? turn.text;
    return new TrainingDataError(
      `${name}: ${what} ${id} is not one of the model's ${count}; train with the configuration and the codebook that the corpus was prepared for.`,
    );
  };
  const phoneme = turn.phonemes.find((id) => id >= phonemeVocabulary);
  if (phoneme !== undefined) throw refuse('phoneme', phoneme, phonemeVocabulary);
  const token = turn.tokens.find((id) => id >= codes);
  if (token !== undefined) throw refuse('speech token', token, codes);
}

/** A name for an example, to find it again. */
export function exampleName(corpus: PreparedCorpus, { dialogue, turn, history }: ExampleReference): string {
  const { id } = corpus.entry(dialogue);
  return `${id} turn ${turn}${history > 0 ? ` after ${history}` : ''}`;
}
