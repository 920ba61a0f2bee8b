// What a run shows while it trains: one line that is written over on a terminal, one line an entry elsewhere.
import type { LogEntry } from '@gpt-talker/train';

export interface LineOutput {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export class LiveLine {
  private shown = false;

  constructor(private readonly output: LineOutput) {}

  /** Shows an entry; validations stay, training steps are written over. */
  show(entry: LogEntry): void {
    const line = describeEntry(entry);
    if (!this.output.isTTY) {
      this.output.write(`${line}\n`);
      return;
    }
    const fitted = line.slice(0, Math.max(20, (this.output.columns ?? 120) - 1));
    this.output.write(`\r\u001b[K${fitted}${entry.kind === 'validation' ? '\n' : ''}`);
    this.shown = entry.kind !== 'validation';
  }

  /** A message of its own line. */
  say(message: string): void {
    this.end();
    this.output.write(`${message}\n`);
  }

  end(): void {
    if (this.shown) this.output.write('\n');
    this.shown = false;
  }
}

/** step 120/4000  loss 1.234  lr 1.2e-4  340 tokens/s  1 h 05 min left */
export function describeEntry(entry: LogEntry): string {
  const { kind, step, totalSteps, learningRate, metrics, speed, remainingSeconds } = entry;
  const { loss, ...others } = metrics;
  const number = (value: number) => value.toPrecision(4);
  return [
    ...(kind === 'validation' ? ['validation'] : []),
    `step ${step}/${totalSteps}`,
    `loss ${number(loss)}`,
    ...(learningRate === undefined ? [] : [`lr ${learningRate.toExponential(2)}`]),
    ...(speed ? [`${speed.perSecond.toPrecision(3)} ${speed.unit}/s`] : []),
    ...(remainingSeconds === undefined ? [] : [`${describeDuration(remainingSeconds)} left`]),
    ...Object.entries(others).map(([name, value]) => `${name} ${number(value)}`),
  ].join('  ');
}

export function describeDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 100) return `${Math.round(seconds)} s`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
