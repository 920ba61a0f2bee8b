// The account of a run: every turn that a reader found is either kept or named with the reason why not.
import { type IndexLine } from '../store/index-line';
import { type Split, type Stage } from '../store/types';

/** Names by reason. */
export type NamesByReason = Record<string, string[]>;

/** Where a turn was left out. */
export type SkippingStep = 'manifest' | 'text' | 'audio' | 'tokens';

export interface Totals {
  dialogues: number;
  turns: number;
  seconds: number;
}

export interface StageAccount {
  /** Turns that the stage learns from. */
  targets: number;
  /** Kept as history only. */
  excluded: NamesByReason;
}

const nothing = (): Totals => ({ dialogues: 0, turns: 0, seconds: 0 });

export class Ledger {
  readonly kept = nothing();
  readonly splits: Record<Split, Totals> = { train: nothing(), validation: nothing() };
  /** Turns by language. */
  readonly languages: Record<string, number> = {};
  readonly skipped: Record<SkippingStep, NamesByReason> = { manifest: {}, text: {}, audio: {}, tokens: {} };
  readonly notes: NamesByReason = {};
  readonly stages: Record<Stage, StageAccount> = {
    gpt: { targets: 0, excluded: {} },
    vits: { targets: 0, excluded: {} },
  };
  /** Seconds of kept turns, in half seconds: for the histogram. */
  readonly durations: number[] = [];

  skip(step: SkippingStep, reason: string, name: string): void {
    (this.skipped[step][reason] ??= []).push(name);
  }

  note(remark: string, name: string): void {
    (this.notes[remark] ??= []).push(name);
  }

  exclude(stage: Stage, reason: string, name: string): void {
    (this.stages[stage].excluded[reason] ??= []).push(name);
  }

  keep({ split, turns }: IndexLine): void {
    for (const totals of [this.kept, this.splits[split]]) {
      totals.dialogues++;
      totals.turns += turns.length;
      for (const { seconds } of turns) totals.seconds += seconds;
    }
    for (const { language, seconds, excludedFrom = [] } of turns) {
      this.languages[language] = (this.languages[language] ?? 0) + 1;
      const bin = Math.floor(seconds * 2);
      while (this.durations.length <= bin) this.durations.push(0);
      this.durations[bin]++;
      for (const stage of ['gpt', 'vits'] as const) if (!excludedFrom.includes(stage)) this.stages[stage].targets++;
    }
  }
}
