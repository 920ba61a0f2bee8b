// The account of a run for people (report.txt) and programs (report.json). Both depend on corpus and options alone: a run that
// was interrupted and resumed ends with the same files.
import { STEPS, type StepName } from '../store/layout';
import { type Ledger, type NamesByReason, type StageAccount, type Totals } from './ledger';
import { type Split, type Stage } from '../store/types';

/** Names of turns, and how many there are. */
export interface Named {
  count: number;
  names: string[];
}

export interface PrepareReport extends Totals {
  corpus: string;
  format: string;
  splits: Record<Split, Totals>;
  /** Kept turns by language. */
  languages: Record<string, number>;
  /** What each step found and left out. */
  steps: { step: StepName; turns: number; skipped: Record<string, Named> }[];
  /** What each training stage learns from; the rest is history only. */
  stages: Record<Stage, { targets: number; excluded: Record<string, Named> }>;
  /** Turns with something to know about; they are kept. */
  notes: Record<string, Named>;
  /** Kept turns by duration: how many last [i/2, (i + 1)/2) seconds. */
  durations: number[];
}

export function makeReport(about: { corpus: string; format: string }, ledger: Ledger): PrepareReport {
  const { kept, splits, languages, skipped, stages, notes, durations } = ledger;
  const all = kept.turns + Object.values(skipped).reduce((sum, reasons) => sum + countOf(reasons), 0);
  let left = all;
  const steps = STEPS.map((step) => {
    const turns = left;
    const reasons = step === 'index' ? {} : skipped[step];
    left -= countOf(reasons);
    return { step, turns, skipped: named(reasons) };
  });
  const stage = ({ targets, excluded }: StageAccount) => ({ targets, excluded: named(excluded) });
  return {
    ...about,
    ...rounded(kept),
    splits: { train: rounded(splits.train), validation: rounded(splits.validation) },
    languages: Object.fromEntries(Object.entries(languages).sort()),
    steps,
    stages: { gpt: stage(stages.gpt), vits: stage(stages.vits) },
    notes: named(notes),
    durations,
  };
}

/** The report as text; no more than `mostNames` names a reason, the rest is in report.json. */
export function reportText(report: PrepareReport, { mostNames = 5 } = {}): string {
  const lines = [
    `${report.corpus} (${report.format}): kept ${totals(report)}`,
    `  training ${totals(report.splits.train)}`,
    `  held out ${totals(report.splits.validation)}`,
    `  languages: ${Object.entries(report.languages)
      .map(([language, turns]) => `${language} ${turns}`)
      .join(', ')}`,
  ];
  const list = (indent: string, reasons: Record<string, Named>) => {
    for (const [reason, { count, names }] of Object.entries(reasons)) {
      const shown = names.slice(0, mostNames).join(', ');
      lines.push(`${indent}${count} ${reason}: ${shown}${count > mostNames ? `, and ${count - mostNames} more` : ''}`);
    }
  };
  for (const [index, { step, turns, skipped }] of report.steps.entries()) {
    const left = Object.values(skipped).reduce((sum, { count }) => sum + count, 0);
    lines.push(`${index + 1} ${step}: ${turns} turns, ${left === 0 ? 'nothing' : left} left out`);
    list('    ', skipped);
  }
  for (const [stage, model] of [
    ['gpt', 'ConGPT'],
    ['vits', 'ConVITS'],
  ] as const) {
    lines.push(`${model} learns from ${report.stages[stage].targets} turns`);
    list('    history only: ', report.stages[stage].excluded);
  }
  if (Object.keys(report.notes).length > 0) lines.push('to know:');
  list('    ', report.notes);
  return `${lines.join('\n')}\n`;
}

/** Every reason, for the error when nothing is left: `40 with a silent recording (audio), …`. */
export function reasonsText(report: PrepareReport): string {
  const reasons = report.steps.flatMap(({ step, skipped }) =>
    Object.entries(skipped).map(([reason, { count }]) => ({ count, text: `${count} ${reason} (step ${step})` })),
  );
  for (const [stage, { excluded }] of Object.entries(report.stages)) {
    for (const [reason, { count }] of Object.entries(excluded)) {
      reasons.push({ count, text: `${count} ${reason} (filter of ${stage})` });
    }
  }
  return reasons
    .sort((first, second) => second.count - first.count)
    .map(({ text }) => text)
    .join(', ');
}

function totals({ dialogues, turns, seconds }: Totals): string {
  return `${dialogues} dialogues, ${turns} turns, ${(seconds / 3600).toFixed(2)} hours`;
}

const rounded = ({ dialogues, turns, seconds }: Totals): Totals => ({
  dialogues,
  turns,
  seconds: Math.round(seconds * 1000) / 1000,
});

function named(reasons: NamesByReason): Record<string, Named> {
  const sorted = Object.entries(reasons).sort(([first], [second]) => (first < second ? -1 : 1));
  return Object.fromEntries(sorted.map(([reason, names]) => [reason, { count: names.length, names }]));
}

function countOf(reasons: NamesByReason): number {
  return Object.values(reasons).reduce((sum, names) => sum + names.length, 0);
}
