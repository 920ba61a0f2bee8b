// The loop that all steps on scenes share: what is done is left alone, what is made is written whole, everything is counted.
import { contentKey } from '../../files/hash';
import { SCENE_STEPS, sceneRecord, type SceneRecord, type SceneState, type SceneStep } from '../records';
import { Tally, type StepReport } from '../report';
import { type StepContext } from './context';

export interface SceneWork {
  step: SceneStep;
  /** Whatever the result depends on besides the scene. */
  identity(scene: SceneState): Promise<unknown> | unknown;
  /** What the step adds; a reason ends the scene's way. */
  make(scene: SceneState): Promise<Omit<SceneRecord, 'key' | 'from'>>;
}

/** Raised when a record changes its form, so that older ones are made again. */
const VERSION = 1;

export async function runSceneStep(
  { work, signal, onProgress }: StepContext,
  { step, identity, make }: SceneWork,
): Promise<StepReport> {
  const tally = new Tally(step, 'scenes');
  const before = SCENE_STEPS[SCENE_STEPS.indexOf(step) - 1] ?? 'vad';
  for await (const scene of work.scenes(before)) {
    signal?.throwIfAborted();
    const key = contentKey(step, VERSION, scene.key, await identity(scene));
    let record = await work.finished(step, scene.name, sceneRecord, key);
    const resumed = record !== undefined;
    if (record === undefined) {
      record = { key, from: scene.key, ...(await make(scene)) };
      await work.write(step, scene.name, record);
    } else tally.resumed();
    const seconds = scene.endSeconds - scene.startSeconds;
    if (record.reason === undefined) tally.keep(seconds);
    else tally.leaveOut(record.reason, scene.name, seconds);
    onProgress?.({ step, unit: scene.name, resumed });
  }
  return tally.report;
}
