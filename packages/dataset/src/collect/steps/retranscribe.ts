// Step 5: a second recogniser transcribes every turn by itself, and its text replaces the first one's (upstream pipeline/step-5.py).
import { type StepReport } from '../report';
import { type CollectedTurn } from '../types';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';
import { recognizeAll, type SpeechRecognizer } from './transcribe';
import { cut } from './vad';

/** @param recognizer absent: the texts stay. Where it understands nothing, the first text stays too. */
export async function retranscribe(
  context: StepContext,
  recognizer: SpeechRecognizer | undefined,
): Promise<StepReport> {
  return runSceneStep(context, {
    step: 'retranscribe',
    identity: () => recognizer?.identity ?? 'none',
    async make(scene) {
      if (recognizer === undefined) return {};
      const audio = await context.work.audio(scene.audio);
      const dialogues: CollectedTurn[][] = [];
      for (const dialogue of scene.dialogues ?? []) {
        const pieces = dialogue.map((turn) => cut(audio, turn));
        const texts = await recognizeAll(recognizer, pieces, context.signal);
        dialogues.push(dialogue.map((turn, i) => (texts[i] === '' ? turn : { ...turn, text: texts[i] })));
      }
      return { dialogues };
    },
  });
}
