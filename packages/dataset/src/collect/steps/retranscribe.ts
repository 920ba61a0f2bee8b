// Step 5: a second recogniser hears every turn by itself, and its text replaces the first one's (upstream pipeline/step-5.py).
import { type StepReport } from '../report';
import { type Recognizer } from '../sherpa/recognizer';
import { type CollectedTurn } from '../types';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';
import { cut } from './vad';

/** @param recognizer absent: the texts stay. Where it understands nothing, the first text stays too. */
export async function retranscribe(
  context: StepContext,
  recognizer: Pick<Recognizer, 'identity' | 'recognize'> | undefined,
): Promise<StepReport> {
  return runSceneStep(context, {
    step: 'retranscribe',
    identity: () => recognizer?.identity ?? 'none',
    async make(scene) {
      if (recognizer === undefined) return {};
      const audio = await context.work.audio(scene.audio);
      const dialogues: CollectedTurn[][] = [];
      for (const dialogue of scene.dialogues ?? []) {
        const turns: CollectedTurn[] = [];
        for (const turn of dialogue) {
          context.signal?.throwIfAborted();
          const text = await recognizer.recognize(cut(audio, turn));
          turns.push(text === '' ? turn : { ...turn, text });
        }
        dialogues.push(turns);
      }
      return { dialogues };
    },
  });
}
