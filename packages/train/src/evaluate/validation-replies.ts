// The replies of a corpus that are held out: where they stand and how long they are; their turns are read when they are needed.
import {
  ExampleTable,
  readExample,
  rolesByTarget,
  type ExampleReference,
  type PreparedCorpus,
  type PreparedTurn,
} from '@gpt-talker/dataset';
import { TrainingDataError } from '../run/data-error';

export interface ValidationReply {
  /** The reply after its history. */
  inContext: ExampleReference;
  /** The reply by itself. */
  alone: ExampleReference;
}

/**
 * @returns the replies by how many turns of history stand before them
 * @throws TrainingDataError where there are none
 */
export async function validationReplies(
  corpus: PreparedCorpus,
  roles: readonly PreparedTurn['role'][],
): Promise<(historyTurns: number) => ValidationReply[]> {
  const table = await ExampleTable.build(corpus, {
    ...{ split: 'validation', roles },
    accepts: ({ tokens }) => tokens > 0,
  });
  if (table.size === 0) throw new TrainingDataError(`${corpus.path}: no held-out reply of ${roles.join(' or ')}`);
  return (historyTurns) =>
    Array.from({ length: table.size }, (_, index) => ({
      inContext: table.at(index, historyTurns)!,
      alone: table.at(index, 0)!,
    }));
}

/** The turns of an example; who speaks the reply is the agent. */
export async function readReply(corpus: PreparedCorpus, example: ExampleReference): Promise<PreparedTurn[]> {
  return rolesByTarget(await readExample(corpus, example));
}
