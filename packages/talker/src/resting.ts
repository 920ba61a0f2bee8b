// A part of a voice that is loaded when it is needed and let go when it has not been for a while: what hears speech and knows Chinese is
// larger than what speaks, and stands idle most of the time.

export class Resting<Part extends { dispose(): Promise<void> }> {
  private part: Promise<Part> | undefined;
  private uses = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly load: () => Promise<Part>,
    /** How long it stays after it was last used. */
    private readonly idleSeconds: number,
  ) {}

  /** Works with the part, which is loaded for it where it is not there. */
  async use<Result>(work: (part: Part) => Promise<Result>): Promise<Result> {
    clearTimeout(this.timer);
    this.uses++;
    try {
      const loading = (this.part ??= this.load());
      // The next who needs it tries again.
      loading.catch(() => this.part === loading && (this.part = undefined));
      return await work(await loading);
    } finally {
      if (--this.uses === 0) this.restLater();
    }
  }

  private restLater(): void {
    this.timer = setTimeout(() => {
      const { part } = this;
      this.part = undefined;
      // Where its host has been disposed, it is gone already.
      part?.then((loaded) => loaded.dispose()).catch(() => undefined);
    }, 1000 * this.idleSeconds);
    // Nobody has to wait for that.
    (this.timer as { unref?: () => void }).unref?.();
  }
}
