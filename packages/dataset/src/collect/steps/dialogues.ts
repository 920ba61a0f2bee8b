// Step 4's end: turns at sentence ends, and the runs of two speakers that are dialogues.
import { mergeTurns, TURN_RULES, type TurnRules } from '../rules/turns';
import { RUN_RULES, twoSpeakerRuns, type RunRules } from '../rules/runs';
import { type StepReport } from '../report';
import { type StepContext } from './context';
import { runSceneStep } from './scene-step';

export type DialogueRules = TurnRules & RunRules;
export const DIALOGUE_RULES: DialogueRules = { ...TURN_RULES, ...RUN_RULES };

export async function findDialogues(context: StepContext, rules: DialogueRules = DIALOGUE_RULES): Promise<StepReport> {
  return runSceneStep(context, {
    step: 'dialogues',
    identity: () => rules,
    async make(scene) {
      const { stretches, withoutSpeaker, withoutText } = mergeTurns(scene.utterances ?? [], rules);
      const runs = stretches.map((stretch) => twoSpeakerRuns(stretch, rules));
      const dialogues = runs.flatMap((run) => run.dialogues);
      const left = {
        'utterances without one clear speaker': withoutSpeaker.length,
        'utterances without a word': withoutText.length,
        'turns in no run of two speakers': runs.reduce((sum, run) => sum + run.left.length, 0),
      };
      const reason = `without two speakers who have ${rules.minimumTurns} turns each`;
      return { dialogues, left, ...(dialogues.length === 0 ? { reason } : {}) };
    },
  });
}
