// The work folder of a collection: each step has a folder in it, and reads what the step before has left.
import { readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { readWavFile, type Audio } from '@gpt-talker/audio';
import { type ZodType } from 'zod';
import { naturalOrder } from '../corpus/turn-name';
import { DatasetError } from '../errors';
import { makeFolder, writeAtomically } from '../files/atomic';
import { contentKey } from '../files/hash';
import { isThere } from './models/open-model';
import {
  episodeRecord,
  SCENE_STEPS,
  sceneRecord,
  scenesRecord,
  type EpisodeRecord,
  type SceneState,
  type SceneStep,
  type ScenesRecord,
  type StepName,
} from './records';

export class Work {
  constructor(readonly root: string) {}

  /** Absolute path of something whose path in the work folder is given with forward slashes. */
  path(relative: string): string {
    return path.join(this.root, ...relative.split('/'));
  }

  /** A record, or undefined where there is none or it is not understood (another version wrote it). */
  async read<T>(step: StepName, unit: string, schema: ZodType<T>): Promise<T | undefined> {
    try {
      const parsed = schema.safeParse(JSON.parse(await readFile(this.path(`${step}/${unit}.json`), 'utf8')));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  /** The record if it was made from the same things and its sound is there. */
  async finished<T extends { key: string; audio?: string }>(
    step: StepName,
    unit: string,
    schema: ZodType<T>,
    key: string,
  ): Promise<T | undefined> {
    const record = await this.read(step, unit, schema);
    if (record?.key !== key) return undefined;
    return record.audio === undefined || (await isThere(this.path(record.audio))) ? record : undefined;
  }

  async write(step: StepName, unit: string, record: object): Promise<void> {
    const file = this.path(`${step}/${unit}.json`);
    await makeFolder(path.dirname(file));
    await writeAtomically(file, `${JSON.stringify(record, null, 1)}\n`);
  }

  async audio(relative: string): Promise<Audio> {
    return readWavFile(this.path(relative));
  }

  /** Makes a step's folder for an episode, and empties it: what lies there was made from something else. */
  async emptied(step: StepName, episode: string): Promise<void> {
    const folder = this.path(`${step}/${episode}`);
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder);
  }

  /** All episodes, in natural order. @throws DatasetError `empty` where nothing has been extracted */
  async episodes(): Promise<({ name: string } & EpisodeRecord)[]> {
    const files = await readdir(this.path('extract')).catch(() => []);
    const names = files.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -'.json'.length));
    const episodes: ({ name: string } & EpisodeRecord)[] = [];
    for (const name of names.sort(naturalOrder)) {
      const record = await this.read('extract', name, episodeRecord);
      if (record) episodes.push({ name, ...record });
    }
    if (episodes.length === 0) {
      throw new DatasetError(
        'empty',
        `${this.root}: no episode has been extracted; run 'collect extract' on recordings first`,
      );
    }
    return episodes;
  }

  /** An episode's scenes as the vad step left them. @throws DatasetError `option` where that is still to do */
  async scenesOf(episode: { name: string; key: string }): Promise<ScenesRecord> {
    const record = await this.read('vad', episode.name, scenesRecord);
    if (record === undefined || record.from !== episode.key) throw this.notDone('vad', episode.name);
    return record;
  }

  /**
   * Every scene that is still kept after `last`, with all that the steps up to it have found.
   * @throws DatasetError `option` where one of them has not been done, or not since an earlier step was done again
   */
  async *scenes(last: 'vad' | SceneStep): AsyncGenerator<SceneState> {
    for (const episode of await this.episodes()) {
      const { key, scenes } = await this.scenesOf(episode);
      for (const [index, { audio, speech, startSeconds, endSeconds }] of scenes.entries()) {
        if (audio === undefined) continue;
        const name = `${episode.name}/${sceneNumber(index)}`;
        const first = {
          name,
          episode: episode.name,
          key: contentKey(key, index),
          audio,
          speech,
          startSeconds,
          endSeconds,
        };
        const state = await this.followed(first, last);
        if (state) yield state;
      }
    }
  }

  private async followed(first: SceneState, last: 'vad' | SceneStep): Promise<SceneState | undefined> {
    let state = first;
    for (const step of SCENE_STEPS.slice(0, last === 'vad' ? 0 : SCENE_STEPS.indexOf(last) + 1)) {
      const record = await this.read(step, state.name, sceneRecord);
      if (record === undefined || record.from !== state.key) throw this.notDone(step, state.name);
      const { from: _from, reason, ...found } = record;
      if (reason !== undefined) return undefined;
      state = { ...state, ...found, audio: found.audio ?? state.audio };
    }
    return state;
  }

  private notDone(step: StepName, unit: string): DatasetError {
    return new DatasetError(
      'option',
      `${this.root}: step ${step} is not done for ${unit}, or what came before it has changed; run 'collect ${step} --work ${this.root}'`,
    );
  }
}

/** 7 → '0007' */
export function sceneNumber(index: number): string {
  return String(index).padStart(4, '0');
}
