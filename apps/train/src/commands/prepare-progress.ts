// One line that says how far preparing has come: redrawn on a terminal, written now and then into a log.
import type { CrewMember, Progress } from '@gpt-talker/dataset';

const LOG_EVERY_SECONDS = 10;
const REDRAW_EVERY_SECONDS = 0.1;
const JSON_EVERY_SECONDS = 1;

export class ProgressLine {
  private last = 0;
  private shownStep = '';
  private width = 0;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(progress: Progress): void {
    const now = performance.now() / 1000;
    const wait = this.stream.isTTY ? REDRAW_EVERY_SECONDS : LOG_EVERY_SECONDS;
    const done = progress.turns === progress.totalTurns;
    if (progress.step === this.shownStep && !done && now - this.last < wait) return;
    this.last = now;
    this.shownStep = progress.step;
    const text = progressText(progress);
    if (!this.stream.isTTY) {
      this.stream.write(`${text}\n`);
      return;
    }
    this.stream.write(`\r${text.padEnd(this.width)}`);
    this.width = text.length;
  }

  /** A line of its own. */
  say(text: string): void {
    this.end();
    this.stream.write(`${text}\n`);
  }

  /** Leaves the line as it is; what follows begins on the next. */
  end(): void {
    if (this.stream.isTTY && this.width > 0) this.stream.write('\n');
    this.width = 0;
  }
}

/** The same for programs: an object a line, once a second and at each step's beginning and end. */
export class ProgressJson {
  private last = -Infinity;
  private shownStep = '';

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {}

  show(progress: Progress): void {
    const now = performance.now() / 1000;
    const done = progress.turns === progress.totalTurns;
    if (progress.step === this.shownStep && !done && now - this.last < JSON_EVERY_SECONDS) return;
    this.last = now;
    this.shownStep = progress.step;
    this.stream.write(`${JSON.stringify({ event: 'progress', ...progress })}\n`);
  }

  say(text: string): void {
    this.stream.write(`${JSON.stringify({ event: 'note', text })}\n`);
  }

  end(): void {}
}

/** `3/5 audio  1200 of 20000 turns  1.3 h of sound  2:10 to go` */
export function progressText({ step, number, steps, turns, totalTurns, seconds, ...rest }: Progress): string {
  const parts = [`${number}/${steps} ${step}`, `${turns}${totalTurns === undefined ? '' : ` of ${totalTurns}`} turns`];
  parts.push(
    seconds < 3600 ? `${(seconds / 60).toFixed(1)} min of sound` : `${(seconds / 3600).toFixed(2)} h of sound`,
  );
  if (rest.crew) parts.push(crewText(rest.crew));
  if (rest.recognised > 0) parts.push(`${rest.recognised} done before`);
  if (rest.remainingSeconds !== undefined && turns !== totalTurns) parts.push(`${clock(rest.remainingSeconds)} to go`);
  return parts.join('  ');
}

/** `3 threads on 2 machines`: those that are there now. */
function crewText(crew: readonly CrewMember[]): string {
  const present = crew.filter(({ threads }) => threads > 0);
  const threads = present.reduce((sum, member) => sum + member.threads, 0);
  const machines = new Set(present.map(({ host }) => host)).size;
  return threads === 0
    ? 'no worker'
    : `${threads} thread${threads === 1 ? '' : 's'} on ${machines} machine${machines === 1 ? '' : 's'}`;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
