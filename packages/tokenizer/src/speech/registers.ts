// Registers: the kinds of speakers that a corpus has, each with the pitch at which it usually speaks. An utterance belongs
// to the register whose spectrum and pitch are most like its own; by pitch alone an excited man would pass for a calm woman.
import { concatenateFloats } from '@gpt-talker/audio';
import { kMeans, nearestCentroid } from './k-means';
import { cepstraOf, CEPSTRA, type SpectralFrames } from './spectral-frames';
import { SpeechEncoderError } from './speech-encoder';

/** A profile is CEPSTRA numbers: the median log-pitch, then the means of all cepstra but the level, over voiced frames. */
export interface RegisterProfiles {
  /** One profile a register, ascending in pitch. */
  profiles: Float32Array[];
  /** What each number of a profile is multiplied by before profiles are compared. */
  scale: Float32Array;
}

/** A difference in pitch of this much (16 %) weighs as much as one standard deviation of a cepstrum's mean. */
const PITCH_DEVIATION = 0.15;
/** Utterances with fewer voiced frames (0.2 s) than this do not show a register. */
const ENOUGH_VOICED_FRAMES = 10;
/** k-means ends in local optima: the best of this many starts is taken. */
const STARTS = 8;

/** The index of the register that is most like the utterance; the middle one when nothing in it is voiced. */
export function chooseRegister(measured: SpectralFrames, { profiles, scale }: RegisterProfiles): number {
  const profile = profileOf(measured);
  if (!profile) return Math.floor(profiles.length / 2);
  return nearestCentroid(
    scaled(profile, scale),
    0,
    concatenateFloats(profiles.map((each) => scaled(each, scale))),
    CEPSTRA,
  );
}

/** @throws SpeechEncoderError when no utterance is voiced */
export async function learnRegisters(corpus: SpectralFrames[], most: number, seed: number): Promise<RegisterProfiles> {
  const known = corpus.flatMap((measured) => profileOf(measured, ENOUGH_VOICED_FRAMES) ?? []);
  if (known.length === 0) {
    throw new SpeechEncoderError(
      'too-little-speech',
      'no utterance of the corpus has a pitch; give recordings of speech',
    );
  }
  const scale = Float32Array.from({ length: CEPSTRA }, (_, i) => {
    return 1 / (i === 0 ? PITCH_DEVIATION : Math.max(deviation(known, i), 1e-3));
  });
  const data = concatenateFloats(known.map((profile) => scaled(profile, scale)));
  const centroids = await bestClusters(data, Math.min(most, known.length), seed);
  const profiles = Array.from({ length: centroids.length / CEPSTRA }, (_, register) =>
    centroids.slice(register * CEPSTRA, (register + 1) * CEPSTRA).map((value, i) => value / scale[i]),
  );
  return { profiles: profiles.sort((a, b) => a[0] - b[0]), scale };
}

function profileOf(measured: SpectralFrames, leastVoiced = 1): Float32Array | undefined {
  const voiced = measured.logPitch.filter((value) => !Number.isNaN(value)).sort();
  if (voiced.length < leastVoiced) return undefined;
  const cepstra = cepstraOf(measured);
  const profile = new Float32Array(CEPSTRA);
  // Over voiced frames alone: which unvoiced sounds a sentence has says nothing of its speaker.
  for (let frame = 0; frame < measured.frames; frame++) {
    if (Number.isNaN(measured.logPitch[frame])) continue;
    for (let i = 1; i < CEPSTRA; i++) profile[i] += cepstra[frame * CEPSTRA + i] / voiced.length;
  }
  profile[0] = voiced[Math.floor(voiced.length / 2)];
  return profile;
}

async function bestClusters(data: Float32Array, codes: number, seed: number): Promise<Float32Array> {
  let best: { centroids: Float32Array; spread: number } | undefined;
  for (let start = 0; start < STARTS; start++) {
    const centroids = await kMeans({ data, width: CEPSTRA }, { codes, seed: seed + start, iterations: 50 });
    const spread = totalSpread(data, centroids);
    if (!best || spread < best.spread) best = { centroids, spread };
  }
  return best!.centroids;
}

/** Sum of squared distances to the nearest centroid. */
function totalSpread(data: Float32Array, centroids: Float32Array): number {
  let sum = 0;
  for (let row = 0; row < data.length; row += CEPSTRA) {
    const at = nearestCentroid(data, row, centroids, CEPSTRA) * CEPSTRA;
    for (let i = 0; i < CEPSTRA; i++) sum += (data[row + i] - centroids[at + i]) ** 2;
  }
  return sum;
}

function deviation(profiles: Float32Array[], index: number): number {
  const mean = profiles.reduce((sum, profile) => sum + profile[index], 0) / profiles.length;
  return Math.sqrt(profiles.reduce((sum, profile) => sum + (profile[index] - mean) ** 2, 0) / profiles.length);
}

function scaled(profile: Float32Array, scale: Float32Array): Float32Array {
  return profile.map((value, i) => value * scale[i]);
}
