// Where two pieces of a reply meet: every piece begins and ends without a click, and between two there is at least a pause, to
// which the silence that the voice itself puts at their ends counts.
import type { Audio } from '@gpt-talker/audio';

/** −40 dB of full scale: what is below is taken for silence. */
const QUIET = 0.01;
const FADE_SECONDS = 0.004;

export class PieceJoiner {
  private quietSamples = 0;
  private started = false;

  constructor(
    private readonly sampleRate: number,
    private readonly pauseSeconds: number,
  ) {}

  /**
   * Joins the next chunk of a piece to what came before.
   * @param longer a factor on the pause before this piece, such as 2 for a new paragraph, and silence that is put there in any case
   * @returns the chunk, with silence before it where a piece begins; its samples are changed in place
   */
  join(
    { samples, sampleRate }: Audio,
    { first, last, longer }: { first: boolean; last: boolean; longer: { factor: number; extraSeconds: number } },
  ): Audio {
    if (first) this.fade(samples, (index) => index);
    if (last) this.fade(samples, (index) => samples.length - 1 - index);
    const leading = samples.findIndex((sample) => Math.abs(sample) > QUIET);
    const before = leading < 0 ? samples.length : leading;
    let missing = 0;
    if (first) {
      const extra = Math.round(longer.extraSeconds * this.sampleRate);
      const pause = this.started ? Math.round(this.pauseSeconds * longer.factor * this.sampleRate) : 0;
      // A pause that was asked for takes the place of the usual one.
      missing =
        extra > 0
          ? Math.max(extra, pause - this.quietSamples - before)
          : Math.max(0, pause - this.quietSamples - before);
      if (!this.started && extra === 0) missing = 0;
    }
    this.started = true;
    const trailing = samples.length - 1 - samples.findLastIndex((sample) => Math.abs(sample) > QUIET);
    this.quietSamples = leading < 0 ? this.quietSamples + missing + samples.length : trailing;
    if (missing === 0) return { samples, sampleRate };
    const joined = new Float32Array(missing + samples.length);
    joined.set(samples, missing);
    return { samples: joined, sampleRate };
  }

  private fade(samples: Float32Array, place: (index: number) => number): void {
    const length = Math.min(samples.length, Math.round(FADE_SECONDS * this.sampleRate));
    for (let index = 0; index < length; index++) samples[place(index)] *= (index + 0.5) / length;
  }
}
