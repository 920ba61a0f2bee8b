// From utterances to turns (upstream pipeline/step-4.py): what one speaker says is joined up to the end of a sentence. The
// released script joins two sentences where the first stands alone, and drops the last turn.
import { endsSentence, joinTexts } from './sentences';
import { type CollectedTurn, type Utterance } from '../types';

export interface TurnRules {
  /** Utterances are not joined to a longer turn than this. */
  maximumTurnSeconds: number;
}

export const TURN_RULES: TurnRules = { maximumTurnSeconds: 30 };

export interface MergedTurns {
  /** Stretches of turns with nothing left out between them. */
  stretches: CollectedTurn[][];
  /** Utterances whose speaker is not known: each ends a stretch, since a history must not have holes. */
  withoutSpeaker: Utterance[];
  /** Utterances without any word: left out, they interrupt nothing. */
  withoutText: Utterance[];
}

/** @param utterances of one scene, in any order */
export function mergeTurns(utterances: readonly Utterance[], rules: TurnRules = TURN_RULES): MergedTurns {
  const merged: MergedTurns = { stretches: [], withoutSpeaker: [], withoutText: [] };
  let stretch: CollectedTurn[] = [];
  const close = () => {
    if (stretch.length > 0) merged.stretches.push(stretch);
    stretch = [];
  };
  for (const utterance of [...utterances].sort((a, b) => a.startSeconds - b.startSeconds)) {
    if (!/[\p{L}\p{N}]/u.test(utterance.text)) merged.withoutText.push(utterance);
    else if (utterance.speaker === undefined) {
      merged.withoutSpeaker.push(utterance);
      close();
    } else add(stretch, { ...utterance, speaker: utterance.speaker, text: utterance.text.trim() }, rules);
  }
  close();
  return merged;
}

function add(stretch: CollectedTurn[], next: CollectedTurn, { maximumTurnSeconds }: TurnRules): void {
  const last = stretch.at(-1);
  const goesOn =
    last?.speaker === next.speaker &&
    !endsSentence(last.text) &&
    next.endSeconds - last.startSeconds <= maximumTurnSeconds;
  if (last && goesOn) {
    last.text = joinTexts(last.text, next.text);
    last.endSeconds = Math.max(last.endSeconds, next.endSeconds);
  } else {
    const { startSeconds, endSeconds, speaker, text } = next;
    stretch.push({ startSeconds, endSeconds, speaker, text });
  }
}
