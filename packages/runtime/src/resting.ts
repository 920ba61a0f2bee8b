// A part that is loaded when it is needed and let go when it has not been for a while: what encodes speech, Chinese text or a style
// is larger than what speaks, and stands idle most of the time.

/** Something with a `dispose`, such as what holds sessions, that is loaded at its first use and rests after its last. */
export class Resting<Part extends { dispose(): Promise<void> }> {
  private part: Promise<Part> | undefined;
  private uses = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly load: () => Promise<Part>,
    /** How long it stays after it was last used. */
    private readonly idleSeconds: number,
  ) {}

  /** Works with the part, which is loaded for it where it is not there. @throws what `load` or the work throws */
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

  /** Lets it go now. A later use loads it again. May be called again. */
  async dispose(): Promise<void> {
    clearTimeout(this.timer);
    const { part } = this;
    this.part = undefined;
    // What could not be loaded, somebody else has been told.
    const loaded = await part?.catch(() => undefined);
    await loaded?.dispose();
  }

  private restLater(): void {
    this.timer = setTimeout(() => {
      // Where its host has been disposed, it is gone already.
      this.dispose().catch(() => undefined);
    }, 1000 * this.idleSeconds);
    // Nobody has to wait for that.
    (this.timer as { unref?: () => void }).unref?.();
  }
}
