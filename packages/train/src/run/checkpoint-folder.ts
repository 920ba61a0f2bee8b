// The last few checkpoints of a run, besides `last.safetensors`: hard links to what was written anyway, so that keeping them costs
// no second writing. Older ones are removed after the new one is there.
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';

const FOLDER = 'checkpoints';
const NAME = /^step-(\d+)\.safetensors$/;

/** Keeps `file` as the checkpoint of a step, and the newest `count` in all. */
export async function keepCheckpoint(directory: string, file: string, step: number, count: number): Promise<void> {
  const folder = path.join(directory, FOLDER);
  await mkdir(folder, { recursive: true });
  const target = path.join(folder, `step-${step}.safetensors`);
  const partial = `${target}.${process.pid}.partial`;
  // Not every file system has hard links.
  await link(file, partial).catch(() => copyFile(file, partial));
  await rename(partial, target);
  // rename() of two links to one file does nothing, and leaves both.
  await rm(partial, { force: true });
  for (const old of (await keptCheckpoints(directory)).slice(0, -count)) await rm(old.file, { force: true });
}

/** The kept checkpoints in the order of their steps. */
export async function keptCheckpoints(directory: string): Promise<{ step: number; file: string }[]> {
  const folder = path.join(directory, FOLDER);
  const names = await readdir(folder).catch(() => [] as string[]);
  return names
    .flatMap((name) => {
      const match = NAME.exec(name);
      return match ? [{ step: Number(match[1]), file: path.join(folder, name) }] : [];
    })
    .sort((a, b) => a.step - b.step);
}
