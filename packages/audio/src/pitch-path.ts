// Chooses one pitch candidate, or "unvoiced", for every frame: the path with the best sum of strengths less the costs of
// jumping (Boersma 1993, "Accurate short-term analysis of the fundamental frequency…", as in Praat).

/** A pitch that a frame may have. */
export interface PitchCandidate {
  hertz: number;
  /** How well the frame repeats at that pitch, 0 to 1. */
  strength: number;
}

/** What a frame without pitch is worth: candidates weaker than this lose to it. */
const UNVOICED_STRENGTH = 0.55;
/** Frames quieter than this part of the loudest one count as silent, the more the quieter. */
const SILENT_LEVEL = 0.03;
/** An octave lower costs this much strength: a sound that repeats every T also repeats every 2T. */
const OCTAVE_COST = 0.01;
/**
 * The costs of an octave's jump and of starting or stopping to be voiced, between frames 10 ms apart. Jumps cost more than in
 * Praat: voices do not leap, and a low voice's second harmonic is often stronger than its fundamental.
 */
const JUMP_COST = 1.2;
const VOICING_COST = 0.14;
const COST_SECONDS = 0.01;

/** @returns one frequency a frame, 0 for unvoiced. `levels` are the frames' root mean squares. */
export function choosePitchPath(
  candidates: PitchCandidate[][],
  levels: Float32Array,
  hopSeconds: number,
): Float32Array {
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0);
  // Costs were set for 10 ms frames: over a longer step more may change.
  const scale = Math.min(1, COST_SECONDS / hopSeconds);
  const origins: Uint8Array[] = [];
  // State 0 is "unvoiced", state i + 1 is candidate i.
  let scores = new Float64Array(1);
  let previous: PitchCandidate[] = [];
  candidates.forEach((current, frame) => {
    const next = new Float64Array(current.length + 1);
    const origin = new Uint8Array(current.length + 1);
    for (let to = 0; to <= current.length; to++) {
      let best = -Infinity;
      for (let from = 0; from <= previous.length; from++) {
        const score = scores[from] - scale * stepCost(previous[from - 1], current[to - 1]);
        if (score > best) {
          best = score;
          origin[to] = from;
        }
      }
      next[to] = best + (to === 0 ? unvoicedStrength(levels[frame], loudest) : voicedStrength(current[to - 1]));
    }
    origins.push(origin);
    scores = next;
    previous = current;
  });
  return walkBack(candidates, origins, scores);
}

function voicedStrength({ hertz, strength }: PitchCandidate): number {
  return strength + OCTAVE_COST * Math.log2(hertz / 100);
}

function unvoicedStrength(level: number, loudest: number): number {
  const relative = loudest > 0 ? level / loudest : 0;
  return UNVOICED_STRENGTH + Math.max(0, 1 - relative / SILENT_LEVEL);
}

function stepCost(from: PitchCandidate | undefined, to: PitchCandidate | undefined): number {
  if (from && to) return JUMP_COST * Math.abs(Math.log2(to.hertz / from.hertz));
  return from || to ? VOICING_COST : 0;
}

function walkBack(candidates: PitchCandidate[][], origins: Uint8Array[], scores: Float64Array): Float32Array {
  const hertz = new Float32Array(candidates.length);
  let state = scores.reduce((best, score, index) => (score > scores[best] ? index : best), 0);
  for (let frame = candidates.length - 1; frame >= 0; frame--) {
    if (state > 0) hertz[frame] = candidates[frame][state - 1].hertz;
    state = origins[frame][state];
  }
  return hertz;
}
