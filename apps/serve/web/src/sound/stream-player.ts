// Plays a reply while it is still being made: every chunk is scheduled on the audio clock to begin on the very sample where
// the one before it ends. The context runs at the voice's own rate, so nothing is resampled between chunks.

/** Between the first chunk's arrival and its sound: what the browser needs to start in time. */
const LEAD_SECONDS = 0.06;

let context: AudioContext | undefined;

/** The context for sound of this rate; browsers allow only a few, so that the last one is kept. */
function contextFor(sampleRate: number): AudioContext {
  if (context?.sampleRate !== sampleRate) {
    void context?.close();
    context = new AudioContext({ sampleRate });
  }
  return context;
}

/** Asks for sound while the user's key press or click still counts as permission to play. */
export function preparePlayback(sampleRate: number): void {
  void contextFor(sampleRate).resume();
}

export class StreamPlayer {
  private readonly context: AudioContext;
  private readonly gain: GainNode;
  private readonly sources = new Set<AudioBufferSourceNode>();
  /** On the context's clock: when what has been pushed so far will have been played. */
  private end = 0;
  private pushedSeconds = 0;
  private stopped = false;
  /** How often a chunk came too late, so that there was a gap. */
  underruns = 0;

  constructor(readonly sampleRate: number) {
    this.context = contextFor(sampleRate);
    void this.context.resume();
    this.gain = this.context.createGain();
    this.gain.connect(this.context.destination);
  }

  /** Appends samples; they sound as soon as what came before them has. */
  push(samples: Float32Array<ArrayBuffer>): void {
    if (this.stopped || samples.length === 0) return;
    const soonest = this.context.currentTime + LEAD_SECONDS;
    if (this.pushedSeconds === 0) this.end = soonest;
    else if (this.end < this.context.currentTime) {
      this.underruns += 1;
      this.end = soonest;
    }
    const buffer = this.context.createBuffer(1, samples.length, this.sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.onended = () => this.sources.delete(source);
    source.start(this.end);
    this.sources.add(source);
    this.end += samples.length / this.sampleRate;
    this.pushedSeconds += samples.length / this.sampleRate;
  }

  /** How much has been heard. */
  get playedSeconds(): number {
    return Math.max(0, this.pushedSeconds - Math.max(0, this.end - this.context.currentTime));
  }

  /** Resolves when everything that was pushed has been heard, or playing was stopped. */
  async finished(): Promise<void> {
    while (!this.stopped && this.context.currentTime < this.end) {
      if (this.context.state !== 'running') return; // a browser that refuses to play would never get there
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  /** Silence at once, by a fade too short to hear as one and long enough not to click. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    const now = this.context.currentTime;
    this.gain.gain.setTargetAtTime(0, now, 0.008);
    for (const source of this.sources) source.stop(now + 0.06);
  }
}
