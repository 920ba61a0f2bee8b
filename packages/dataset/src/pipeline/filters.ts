// Which turns are learnt from. Upstream's limits: ConGPT's are on a turn together with its history, as it filters them
// (prepare_datasets/step-five.py), ConVITS's on the sound of the turn alone (module/data_utils.py).
import { type Stage } from '../store/types';

export interface Filters {
  /** History turns that ConGPT's limits count in. */
  historyTurns: number;
  /** ConGPT: phonemes of turn and history. */
  maximumPhonemes: number;
  /** ConGPT: phonemes a second, of turn and history. */
  minimumPhonemeRate: number;
  maximumPhonemeRate: number;
  /** ConVITS: the turn's sound, both ends excluded. */
  minimumSeconds: number;
  maximumSeconds: number;
}

export const TOKENS_PER_SECOND = 25;

/** 54 s at 25 tokens a second and 2.5 tokens a phoneme are 540 phonemes. */
export const UPSTREAM_FILTERS: Readonly<Filters> = {
  historyTurns: 2,
  maximumPhonemes: (54 * TOKENS_PER_SECOND) / 2.5,
  minimumPhonemeRate: 3,
  maximumPhonemeRate: 25,
  minimumSeconds: 0.6,
  maximumSeconds: 154,
};

export interface CountedTurn {
  phonemes: number;
  tokens: number;
  seconds: number;
}

/** Why the last turn of `turns` is not learnt from, by stage. `turns` begin with its history. */
export function excluded(turns: readonly CountedTurn[], filters: Filters): Partial<Record<Stage, string>> {
  const phonemes = turns.reduce((sum, turn) => sum + turn.phonemes, 0);
  const tokens = turns.reduce((sum, turn) => sum + turn.tokens, 0);
  const rate = phonemes / (tokens / TOKENS_PER_SECOND);
  const { seconds } = turns[turns.length - 1];
  const reasons: Partial<Record<Stage, string>> = {};
  if (phonemes > filters.maximumPhonemes) reasons.gpt = `over ${filters.maximumPhonemes} phonemes`;
  else if (!(rate >= filters.minimumPhonemeRate)) reasons.gpt = `under ${filters.minimumPhonemeRate} phonemes a second`;
  else if (rate > filters.maximumPhonemeRate) reasons.gpt = `over ${filters.maximumPhonemeRate} phonemes a second`;
  if (seconds <= filters.minimumSeconds) reasons.vits = `not over ${filters.minimumSeconds} s`;
  else if (seconds >= filters.maximumSeconds) reasons.vits = `not under ${filters.maximumSeconds} s`;
  return reasons;
}
