// Says on the terminal what a talker is doing: a line a stage, kept up to date where the terminal can.
import type { Progress } from '@gpt-talker/talker';

interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

const ERASE_LINE = '\r\u001b[2K';

export class Narrator {
  private stage: string | undefined;

  constructor(private readonly terminal: Terminal) {}

  /** Reports progress; other stages than the last one begin a new line. */
  readonly report = (progress: Progress): void => {
    const { stage } = progress;
    // Samples follow tokens so quickly that they are one stage to a listener.
    const shown = stage === 'synthesising' ? 'speaking' : stage;
    const isNew = shown !== this.stage;
    if (this.terminal.isTTY) this.terminal.write((isNew ? this.lineEnd() : ERASE_LINE) + sentence(progress, true));
    else if (isNew) this.terminal.write(`${sentence(progress, false)}\n`);
    this.stage = shown;
  };

  /** Ends the line under way, and says one more thing. */
  conclude(text: string): void {
    this.terminal.write(`${this.lineEnd()}${text}\n`);
    this.stage = undefined;
  }

  private lineEnd(): string {
    return this.terminal.isTTY && this.stage !== undefined ? '\n' : '';
  }
}

function sentence(progress: Progress, live: boolean): string {
  switch (progress.stage) {
    case 'fetching':
      return `Fetching the voice${live ? ` (${Math.floor((100 * progress.loadedBytes) / Math.max(1, progress.totalBytes))} %)` : ''} …`;
    case 'loading':
      return `Loading the voice${live ? ` (${progress.done} of ${progress.total})` : ''} …`;
    case 'reading':
      return `Reading the history: ${live && progress.total > 0 ? `turn ${Math.min(progress.done + 1, progress.total)} of ${progress.total}` : turns(progress.total)} …`;
    case 'speaking':
    case 'synthesising':
      return `Speaking${live ? `: ${progress.seconds.toFixed(1)} s` : ''} …`;
  }
}

function turns(count: number): string {
  return count === 1 ? '1 turn' : `${count} turns`;
}
