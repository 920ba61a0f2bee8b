// The turns that a conversation's next reply reads, kept as keys and values of ConGPT. What is new is read as it comes, in the
// background; a reply finds its history read.
//
//   turns   1 2 3 4 5          two history turns
//   current       ▔▔▔          what the next reply reads
//   spare           ▔          how the window will begin once a turn has been added: so one turn is all there is to read then
//
// Rows depend on all rows before them, so a window that begins elsewhere is read again; segment by segment, as always.
import { checkRoom, type Segment } from '@gpt-talker/context';
import type { Gpt, GptContext } from '@gpt-talker/gpt';
import type { VoiceManifest } from '@gpt-talker/voice';
import { TalkerError } from './errors';
import { unlessAborted } from './unless-aborted';

/** A stretch of the conversation as ConGPT has read it. */
interface Stretch {
  /** The first of its turns. */
  start: number;
  /** How many turns have been read. */
  turns: number;
  context: GptContext;
  /** Replies that read from it: while there are any, it is neither extended nor freed. */
  leases: number;
  /** No longer wanted; freed by the last reply that uses it. */
  retired: boolean;
}

/** A history that a reply may read from until it is released. */
export interface HistoryLease {
  context: GptContext;
  history: readonly (readonly Segment[])[];
  release(): Promise<void>;
}

export class HistoryWindow {
  private readonly turns: (readonly Segment[])[] = [];
  private current: Stretch | undefined;
  private spare: Stretch | undefined;
  /** What is being done to the stretches, one thing at a time; true where there was something to do. */
  private step: Promise<boolean> | undefined;
  private inBackground: Promise<void> | undefined;
  private stopping = new AbortController();
  private disposed = false;

  /** @param size how many turns a reply reads */
  constructor(
    private readonly gpt: Pick<Gpt, 'open'>,
    private readonly size: number,
    private readonly maxPositions: number,
  ) {}

  /** The turns that the next reply reads. */
  get history(): readonly (readonly Segment[])[] {
    return this.turns.slice(this.startAfter(this.turns.length));
  }

  /** Bytes of keys and values. */
  get bytes(): number {
    return (this.current?.context.bytes ?? 0) + (this.spare?.context.bytes ?? 0);
  }

  /** Adds a turn. Nothing is computed until `readAhead` or `lease`. */
  push(segments: readonly Segment[]): void {
    this.turns.push(segments);
  }

  /** Puts another turn in the place of one, or takes it away. */
  async replace(index: number, segments: readonly Segment[] | undefined): Promise<void> {
    await this.exclusively(async () => {
      if (segments) this.turns[index] = segments;
      else this.turns.splice(index, 1);
      for (const stretch of [this.current, this.spare]) {
        if (stretch && index < stretch.start + stretch.turns) await this.retire(stretch);
      }
    });
  }

  /** Reads what the next reply, and the one after the next turn, will need. Errors are left for `lease` to meet. */
  readAhead(): void {
    if (this.size === 0) return;
    const { signal } = this.stopping;
    this.inBackground ??= (async () => {
      while (!signal.aborted && (await this.advance()));
    })()
      .catch(() => undefined)
      .finally(() => (this.inBackground = undefined));
  }

  /**
   * The history of a reply, read. Where it is being read already, that is waited for.
   * @throws DialogueError `too-long`, what else reading throws, and the signal's reason
   */
  async lease(signal?: AbortSignal): Promise<HistoryLease> {
    checkRoom(this.history.flat(), this.history.length, this.maxPositions);
    while (!this.isCurrent()) {
      signal?.throwIfAborted();
      if (this.disposed) throw new TalkerError('disposed', 'the conversation has been disposed; open a new one');
      await unlessAborted(this.advance(), signal);
    }
    signal?.throwIfAborted();
    const stretch = this.current!;
    stretch.leases++;
    let released = false;
    return {
      context: stretch.context,
      history: this.history,
      release: async () => {
        if (released) return;
        released = true;
        stretch.leases--;
        if (stretch.retired && stretch.leases === 0) await stretch.context.dispose();
      },
    };
  }

  /** Frees the keys and values; what is needed again is read again. */
  async forget(): Promise<void> {
    this.stopping.abort();
    this.stopping = new AbortController();
    await this.exclusively(async () => {
      for (const stretch of [this.current, this.spare]) if (stretch) await this.retire(stretch);
    });
  }

  /** Ends reading, and frees everything but what replies still use. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.forget();
    await this.inBackground;
  }

  private startAfter(turns: number): number {
    return Math.max(0, turns - this.size);
  }

  private isCurrent(): boolean {
    const { current, turns } = this;
    return current?.start === this.startAfter(turns.length) && current.start + current.turns === turns.length;
  }

  /** Does something to the stretches when nothing else does. */
  private async exclusively(work: () => Promise<void>): Promise<void> {
    while (this.step) await this.step.catch(() => undefined);
    await this.occupied(work().then(() => true));
  }

  private occupied(step: Promise<boolean>): Promise<boolean> {
    return (this.step = step.finally(() => (this.step = undefined)));
  }

  /** Reads one turn, for the current window or else for the next; whether there was anything to do. One at a time. */
  private advance(): Promise<boolean> {
    return this.step ?? this.occupied(this.readOne());
  }

  private async readOne(): Promise<boolean> {
    const count = this.turns.length;
    const start = this.startAfter(count);
    if (this.current?.start !== start) {
      const old = this.current;
      if (this.spare?.start === start) [this.current, this.spare] = [this.spare, undefined];
      else this.current = await this.open(start);
      if (old) await this.retire(old);
      return true;
    }
    if (start + this.current.turns < count) {
      this.current = await this.extend(this.current);
      return true;
    }
    const next = this.startAfter(count + 1);
    if (next === start || next === count) return false;
    if (this.spare?.start !== next) {
      if (this.spare) await this.retire(this.spare);
      this.spare = await this.open(next);
      return true;
    }
    if (next + this.spare.turns === count) return false;
    this.spare = await this.extend(this.spare);
    return true;
  }

  private async open(start: number): Promise<Stretch> {
    return { start, turns: 0, context: await this.gpt.open(), leases: 0, retired: false };
  }

  /** Reads a stretch's next turn; where replies read from it, into a copy. None is left where `forget` stops it. */
  private async extend(stretch: Stretch): Promise<Stretch | undefined> {
    const extended =
      stretch.leases === 0 ? stretch : { ...stretch, leases: 0, context: await stretch.context.fork(), retired: false };
    const segments = this.turns[extended.start + extended.turns];
    const { context } = extended;
    const { signal } = this.stopping;
    try {
      await context.append(segments, { signal });
    } catch (error) {
      // A turn that was read in part must not be taken for a whole one.
      if (extended === stretch) await this.retire(stretch);
      else await context.dispose();
      if (signal.aborted) return undefined;
      throw error;
    }
    if (extended !== stretch) await this.retire(stretch);
    extended.turns++;
    return extended;
  }

  private async retire(stretch: Stretch): Promise<void> {
    if (this.current === stretch) this.current = undefined;
    if (this.spare === stretch) this.spare = undefined;
    stretch.retired = true;
    if (stretch.leases === 0) await stretch.context.dispose();
  }
}

/**
 * A history that is read for one reply, and freed with it.
 * @throws as `HistoryWindow.lease`
 */
export async function leaseOnce(
  { gpt, manifest }: { gpt: Pick<Gpt, 'open'>; manifest: Pick<VoiceManifest, 'layout'> },
  turns: readonly (readonly Segment[])[],
  size: number,
  signal?: AbortSignal,
): Promise<HistoryLease> {
  const history = turns.slice(Math.max(0, turns.length - size));
  checkRoom(history.flat(), history.length, manifest.layout.maxPositions);
  const context = await gpt.open();
  try {
    for (const segments of history) await context.append(segments, { signal });
  } catch (error) {
    await context.dispose();
    throw error;
  }
  return { context, history, release: () => context.dispose() };
}
