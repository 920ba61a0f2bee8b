// Who speaks when, without a trained model: pieces of speech whose cepstra are alike are one speaker's, by the Bayesian information criterion
// (Chen & Gopalakrishnan, "Speaker, Environment and Channel Change Detection and Clustering via the Bayesian Information Criterion",
// 1998); then the borders are moved to where each speaker's frames are likeliest (Viterbi). Separates voices that differ clearly, in a scene
// of a few speakers; sherpa-onnx with trained embeddings does better where there are many.
import { mfcc, resample, type Audio } from '@gpt-talker/audio';
import { secondsOf, type Span, type SpeakerSpan } from '../types';
import { Gaussian, type Density } from './gaussian';

export interface ClusterOptions {
  /** How many speakers a scene has, if that is known. */
  speakers?: number;
  /** Otherwise: how much likelier two speakers must be than one; lower finds more speakers. */
  penalty: number;
  /** Speech is first cut into pieces of about this length. */
  pieceSeconds: number;
  /** What a change of speaker costs, in frames' log-likelihood. */
  changeCost: number;
}

export const CLUSTER_OPTIONS: ClusterOptions = { penalty: 2.5, pieceSeconds: 1.5, changeCost: 60 };

const SAMPLE_RATE = 16_000;
const HOP_SECONDS = 0.01;
const COEFFICIENTS = 16;
/** All but the level, which shows where a speaker stands and not who it is. */
const DIMENSIONS = COEFFICIENTS - 1;
const LAYOUT = {
  sampleRate: SAMPLE_RATE,
  fftSize: 512,
  windowSamples: 400,
  hopSamples: HOP_SECONDS * SAMPLE_RATE,
  mels: 26,
  coefficients: COEFFICIENTS,
};
const REALIGNMENTS = 3;
/** More pieces than this are made longer: each is compared to each. */
const MOST_PIECES = 800;

/** Frames so much below the loud ones are pauses, which sound alike for all speakers. */
const PAUSE_DECIBELS = 30;
const LOUD_SHARE = 0.95;

/** What is known of each frame. */
interface Frames {
  /** [frames, DIMENSIONS], row by row. */
  features: Float32Array;
  /** 1 where it shows who speaks. */
  voiced: Uint8Array;
}

/** Frames of a stretch of speech: [from, to). */
interface Stretch {
  from: number;
  to: number;
}

export class ClusterDiarizer {
  constructor(private readonly options: ClusterOptions = CLUSTER_OPTIONS) {}

  get identity(): unknown {
    return ['clusters', 2, this.options];
  }

  /**
   * @param speech where somebody speaks
   * @returns who speaks when; speakers are numbered in the order in which they begin
   */
  async diarize(audio: Audio, speech: readonly Span[], signal?: AbortSignal): Promise<SpeakerSpan[]> {
    const { samples } = await resample(audio, SAMPLE_RATE);
    const { data, frames } = mfcc(samples, LAYOUT);
    const known = framesOf(data, frames);
    const stretches = speech
      .map(({ startSeconds, endSeconds }) => ({
        from: Math.max(0, Math.round(startSeconds / HOP_SECONDS)),
        to: Math.min(frames, Math.round(endSeconds / HOP_SECONDS)),
      }))
      .filter(({ from, to }) => to > from);
    if (stretches.length === 0) return [];
    let clusters = this.merged(this.pieces(known, stretches, speech), signal);
    let speakers: Int32Array[] = [];
    for (let round = 0; round < REALIGNMENTS; round++) {
      signal?.throwIfAborted();
      const densities = clusters.map((cluster) => cluster.density());
      speakers = stretches.map((stretch) => likeliest(known, stretch, densities, this.options.changeCost));
      clusters = again(known, stretches, speakers, clusters.length);
    }
    return named(stretches, speakers);
  }

  private pieces(known: Frames, stretches: readonly Stretch[], speech: readonly Span[]): Gaussian[] {
    const total = speech.reduce((sum, span) => sum + secondsOf(span), 0);
    const seconds = Math.max(this.options.pieceSeconds, total / MOST_PIECES);
    return stretches.flatMap(({ from, to }) => {
      const count = Math.max(1, Math.round(((to - from) * HOP_SECONDS) / seconds));
      return Array.from({ length: count }, (_, piece) => {
        const border = (at: number) => from + Math.round(((to - from) * at) / count);
        return gaussianOf(known, { from: border(piece), to: border(piece + 1) });
      });
    });
  }

  /** Joins the two that are most alike until none are alike enough. */
  private merged(pieces: Gaussian[], signal?: AbortSignal): Gaussian[] {
    const { speakers, penalty } = this.options;
    const clusters = pieces.filter(({ count }) => count > 0);
    if (clusters.length === 0) return [new Gaussian(DIMENSIONS)];
    const gains = clusters.map((first, row) =>
      clusters.slice(0, row).map((second) => difference(first, second, penalty)),
    );
    while (clusters.length > (speakers ?? 1)) {
      signal?.throwIfAborted();
      let best = { row: -1, column: -1, value: speakers === undefined ? 0 : Infinity };
      gains.forEach((row, i) =>
        row.forEach((value, j) => {
          if (value < best.value) best = { row: i, column: j, value };
        }),
      );
      if (best.row < 0) break;
      const { row, column } = best;
      clusters[column] = clusters[column].with(clusters[row]);
      clusters.splice(row, 1);
      gains.splice(row, 1);
      gains.slice(row).forEach((values) => values.splice(row, 1));
      for (let other = 0; other < clusters.length; other++) {
        if (other < column) gains[column][other] = difference(clusters[column], clusters[other], penalty);
        else if (other > column) gains[other][column] = difference(clusters[other], clusters[column], penalty);
      }
    }
    return clusters;
  }
}

/** By how much two distributions describe two clusters better than one does, less what the second costs; below 0 one is enough. */
function difference(first: Gaussian, second: Gaussian, penalty: number): number {
  const both = first.with(second);
  const parameters = DIMENSIONS + (DIMENSIONS * (DIMENSIONS + 1)) / 2;
  const gain =
    both.count * both.logDeterminant - first.count * first.logDeterminant - second.count * second.logDeterminant;
  return 0.5 * gain - 0.5 * penalty * parameters * Math.log(both.count);
}

/** All coefficients but the level, and by the level which frames count. */
function framesOf(data: Float32Array, frames: number): Frames {
  const features = new Float32Array(frames * DIMENSIONS);
  const levels = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    // The first coefficient of an orthonormal transform is the sum over the square root of how many there are.
    levels[frame] = data[frame * COEFFICIENTS] / Math.sqrt(LAYOUT.mels);
    features.set(data.subarray(frame * COEFFICIENTS + 1, (frame + 1) * COEFFICIENTS), frame * DIMENSIONS);
  }
  const loud = levels.slice().sort()[Math.floor(LOUD_SHARE * (frames - 1))];
  return { features, voiced: Uint8Array.from(levels, (level) => (level > loud - PAUSE_DECIBELS ? 1 : 0)) };
}

function gaussianOf({ features, voiced }: Frames, { from, to }: Stretch): Gaussian {
  const gaussian = new Gaussian(DIMENSIONS);
  for (let frame = from; frame < to; frame++) if (voiced[frame]) gaussian.add(features, frame * DIMENSIONS);
  return gaussian;
}

/** Each frame's speaker on the likeliest way through a stretch, where each change costs something. */
function likeliest(
  { features, voiced }: Frames,
  { from, to }: Stretch,
  densities: readonly Density[],
  changeCost: number,
): Int32Array {
  const speakers = densities.length;
  const best = new Float64Array(speakers);
  const came = new Int32Array((to - from) * speakers);
  for (let frame = from; frame < to; frame++) {
    let leader = 0;
    for (let speaker = 1; speaker < speakers; speaker++) if (best[speaker] > best[leader]) leader = speaker;
    const changed = best[leader] - changeCost;
    for (let speaker = 0; speaker < speakers; speaker++) {
      const stays = frame === from || best[speaker] >= changed;
      came[(frame - from) * speakers + speaker] = stays ? speaker : leader;
      if (!stays) best[speaker] = changed;
      if (voiced[frame]) best[speaker] += densities[speaker].logLikelihood(features, frame * DIMENSIONS);
    }
  }
  const path = new Int32Array(to - from);
  let speaker = best.indexOf(Math.max(...best));
  for (let frame = to - from - 1; frame >= 0; frame--) {
    path[frame] = speaker;
    speaker = came[frame * speakers + speaker];
  }
  return path;
}

/** The clusters of the frames that are theirs now; one that has none left goes. */
function again(
  { features, voiced }: Frames,
  stretches: readonly Stretch[],
  speakers: readonly Int32Array[],
  count: number,
): Gaussian[] {
  const clusters = Array.from({ length: count }, () => new Gaussian(DIMENSIONS));
  stretches.forEach(({ from }, index) =>
    speakers[index].forEach((speaker, frame) => {
      if (voiced[from + frame]) clusters[speaker].add(features, (from + frame) * DIMENSIONS);
    }),
  );
  const left = clusters.filter((cluster) => cluster.count > 10 * DIMENSIONS);
  return left.length > 0 ? left : clusters.slice(0, 1);
}

/** Spans of one speaker each, in seconds. */
function named(stretches: readonly Stretch[], speakers: readonly Int32Array[]): SpeakerSpan[] {
  const names = new Map<number, string>();
  const spans: SpeakerSpan[] = [];
  stretches.forEach(({ from, to }, index) => {
    let start = from;
    for (let frame = from; frame < to; frame++) {
      const speaker = speakers[index][frame - from];
      if (!names.has(speaker)) names.set(speaker, String(names.size));
      if (frame + 1 < to && speakers[index][frame + 1 - from] === speaker) continue;
      spans.push({
        startSeconds: start * HOP_SECONDS,
        endSeconds: (frame + 1) * HOP_SECONDS,
        speaker: names.get(speaker) as string,
      });
      start = frame + 1;
    }
  });
  return spans;
}
