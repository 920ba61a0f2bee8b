// Step 6: NCSSD's layout (upstream pipeline/step-6.py): a folder for each dialogue with {turn}_{speaker}_d{dialogue}.wav, its text
// beside it, and metadata.json. A folder appears whole: it is made under another name and then moved into place.
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { durationSeconds, writeWavFile } from '@gpt-talker/audio';
import { DatasetError } from '../../errors';
import { makeFolder, outputError, writeAtomically } from '../../files/atomic';
import { contentKey } from '../../files/hash';
import { type SceneState } from '../records';
import { isThere } from '../models/open-model';
import { Tally, type StepReport } from '../report';
import { rounded, secondsOf, type CollectedTurn } from '../types';
import { type StepContext } from './context';
import { cut } from './vad';

const METADATA = 'metadata.json';

/** Writes the corpus; dialogues are numbered from 0 in the order of episodes and scenes. */
export async function layOut(context: StepContext, output: string): Promise<StepReport> {
  const tally = new Tally('layout', 'dialogues');
  const { work, signal, onProgress } = context;
  await makeFolder(output);
  let number = 0;
  for await (const scene of work.scenes('retranscribe')) {
    for (const [index, turns] of (scene.dialogues ?? []).entries()) {
      signal?.throwIfAborted();
      const key = contentKey('layout', 1, scene.key, index, number);
      const folder = path.join(output, String(number));
      const resumed = (await keyOf(folder)) === key;
      if (resumed) tally.resumed();
      else await writeDialogue(context, scene, turns, { folder, number, key });
      tally.keep(turns.reduce((sum, turn) => sum + secondsOf(turn), 0));
      onProgress?.({ step: 'layout', unit: `d${number}`, resumed });
      number++;
    }
    for (const [reason, count] of Object.entries(scene.left ?? {}))
      if (count > 0) tally.leaveOut(reason, `${count} in ${scene.name}`);
  }
  await removeBeyond(output, number);
  return tally.report;
}

async function writeDialogue(
  { work }: StepContext,
  scene: SceneState,
  turns: readonly CollectedTurn[],
  { folder, number, key }: { folder: string; number: number; key: string },
): Promise<void> {
  if ((await isThere(folder)) && (await keyOf(folder)) === undefined) {
    throw new DatasetError(
      'output',
      `${folder}: is there and was not made by this program; choose an empty folder for the corpus`,
    );
  }
  const audio = await work.audio(scene.audio);
  // Readers pass over names that begin with a dot.
  const partial = path.join(path.dirname(folder), `.${number}.partial`);
  await rm(partial, { recursive: true, force: true });
  await makeFolder(partial);
  const speakers = [...new Set(turns.map(({ speaker }) => speaker))];
  const utterances: Record<string, object> = {};
  try {
    for (const [index, turn] of turns.entries()) {
      const speaker = speakers.indexOf(turn.speaker);
      const stem = path.join(partial, `${index}_${speaker}_d${number}`);
      const sound = cut(audio, turn);
      await writeWavFile(`${stem}.wav`, sound);
      await writeFile(`${stem}.txt`, `${turn.text}\n`);
      const duration = Math.round(100 * durationSeconds(sound)) / 100;
      utterances[index] = {
        index,
        duration,
        speaker,
        text: turn.text,
        sample_rate: sound.sampleRate,
        start: rounded(scene.startSeconds + turn.startSeconds),
        end: rounded(scene.startSeconds + turn.endSeconds),
      };
    }
    // Upstream's spelling of "utterances" is the format's.
    const metadata = {
      dialog: number,
      utterents: utterances,
      source: { episode: scene.episode, scene: scene.name, key },
    };
    await writeAtomically(path.join(partial, METADATA), `${JSON.stringify(metadata, null, 4)}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw outputError(error, folder);
  }
}

/** What a dialogue's folder was made from, if it is one of ours. */
async function keyOf(folder: string): Promise<string | undefined> {
  try {
    const { source } = JSON.parse(await readFile(path.join(folder, METADATA), 'utf8')) as { source?: { key?: string } };
    return source?.key;
  } catch {
    return undefined;
  }
}

/** Dialogues of an earlier run that are no more; folders that were not made here stay. */
async function removeBeyond(output: string, count: number): Promise<void> {
  for (const name of await readdir(output)) {
    const folder = path.join(output, name);
    if (/^\d+$/.test(name) && Number(name) >= count && (await keyOf(folder)) !== undefined)
      await rm(folder, { recursive: true });
    if (/^\.\d+\.partial$/.test(name)) await rm(folder, { recursive: true });
  }
}
