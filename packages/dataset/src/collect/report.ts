// What became of everything that went into a step: kept, and left out by reason, with names and seconds.
import { type StepName } from './records';

export interface LeftOut {
  names: string[];
  seconds: number;
}

export interface StepReport {
  step: StepName;
  /** What is counted: 'episodes', 'scenes', 'turns', 'dialogues'. */
  unit: string;
  kept: number;
  keptSeconds: number;
  /** Units whose work was found done. */
  resumed: number;
  leftOut: Record<string, LeftOut>;
}

export class Tally {
  readonly report: StepReport;

  constructor(step: StepName, unit: string) {
    this.report = { step, unit, kept: 0, keptSeconds: 0, resumed: 0, leftOut: {} };
  }

  keep(seconds: number): void {
    this.report.kept++;
    this.report.keptSeconds += seconds;
  }

  resumed(): void {
    this.report.resumed++;
  }

  leaveOut(reason: string, name: string, seconds = 0): void {
    const entry = (this.report.leftOut[reason] ??= { names: [], seconds: 0 });
    entry.names.push(name);
    entry.seconds += seconds;
  }
}

/** One line a step: 'vad: 12 scenes, 31.5 min; left out: 3 scenes, 1.2 min: not over 15 s of speech'. */
export function reportText(reports: readonly StepReport[]): string {
  return reports
    .map(({ step, unit, kept, keptSeconds, resumed, leftOut }) => {
      const left = Object.entries(leftOut).map(
        ([reason, { names, seconds }]) => `${names.length}${seconds > 0 ? ` (${minutes(seconds)})` : ''} ${reason}`,
      );
      const before = resumed > 0 ? `, ${resumed} done before` : '';
      const after = left.length > 0 ? `; left out: ${left.join('; ')}` : '';
      return `${step}: ${kept} ${unit}, ${minutes(keptSeconds)}${before}${after}`;
    })
    .join('\n');
}

/** Why nothing is left: the reason that took most, of the last step that left anything out. */
export function mainReason(reports: readonly StepReport[]): string {
  for (const { step, unit, leftOut } of [...reports].reverse()) {
    const [most] = Object.entries(leftOut).sort(([, a], [, b]) => b.names.length - a.names.length);
    if (most) return `step ${step} left out ${most[1].names.length} ${unit}: ${most[0]}`;
  }
  return 'no step left anything out: the recordings have no speech';
}

function minutes(seconds: number): string {
  return `${(seconds / 60).toFixed(1)} min`;
}
