// What is expected of each phoneme of one text: which tokens it sounds like, and for how long.
import type { TokenEmissions } from './emissions';

/** No phoneme is heard longer than this without a break; marks, which are pauses, are. */
const LONGEST_TOKENS = 14;
const LONGEST_PAUSE_TOKENS = 50;
/** How strongly durations count beside the tokens. */
const DURATION_WEIGHT = 1;

/** The phonemes of a text, with the silence before the first as one more. */
export interface PhonemeModel {
  readonly phonemes: number;
  /** How much likelier a token is while this phoneme sounds than at any time, as a logarithm. */
  evidence(phoneme: number, token: number): number;
  /** By number of tokens, from 0: the logarithm of how likely the phoneme is to last so long. */
  durations(phoneme: number): Float64Array;
}

const tables = new WeakMap<TokenEmissions, Map<number, Float64Array[]>>();
const averages = new WeakMap<TokenEmissions, Float64Array>();

/**
 * @param phonemes ids of the voice's symbols; index 0 of the model is the silence before them
 * @param pace how long phonemes last, as a multiple of what they lasted in the corpus: of a slow reply nothing is said twice because it takes long
 */
export function phonemeModel(phonemes: ArrayLike<number>, emissions: TokenEmissions, pace = 1): PhonemeModel {
  const { tokens, logProbabilities, rowOf, rows } = emissions;
  const edge = rows - 1;
  const rowsOfText = [edge, ...Array.from(phonemes, (id) => rowOf[id] ?? -1)];
  // The last phoneme of a text, nearly always a mark, is the silence behind it.
  const durations = durationTables(emissions, pace);
  const average = averageOf(emissions);
  return {
    phonemes: rowsOfText.length,
    evidence(phoneme, token) {
      const row = rowsOfText[phoneme];
      return row < 0 ? 0 : logProbabilities[row * tokens + token] - average[token];
    },
    durations: (phoneme) => durations[rowsOfText[phoneme] < 0 ? rows : rowsOfText[phoneme]],
  };
}

/** By token: the logarithm of how likely it is at any time, all rows taken alike. */
function averageOf(emissions: TokenEmissions): Float64Array {
  let average = averages.get(emissions);
  if (average) return average;
  const { rows, tokens, logProbabilities } = emissions;
  average = new Float64Array(tokens);
  for (let token = 0; token < tokens; token++) {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += Math.exp(logProbabilities[row * tokens + token]);
    average[token] = Math.log(sum / rows);
  }
  averages.set(emissions, average);
  return average;
}

/** As many paces as are remembered. */
const MOST_PACES = 16;

/** By row, and one more for phonemes that were never seen in training. */
function durationTables(emissions: TokenEmissions, pace: number): Float64Array[] {
  const paces = tables.get(emissions) ?? new Map<number, Float64Array[]>();
  tables.set(emissions, paces);
  let known = paces.get(pace);
  if (known) return known;
  if (paces.size >= MOST_PACES) paces.clear();
  const usual = { mean: Math.log(2), deviation: 0.8 };
  known = [...emissions.durations, usual].map(({ mean, deviation }) => {
    const longest = deviation > 0.9 || mean > Math.log(4) ? LONGEST_PAUSE_TOKENS : LONGEST_TOKENS;
    const length = Math.ceil(longest * Math.max(1, pace)) + 1;
    const center = mean + Math.log(pace);
    // A phoneme of d tokens lasted between d − ½ and d + ½; one of none, less than ½.
    const scores = Float64Array.from({ length }, (_, duration) => {
      const low = duration === 0 ? -Infinity : Math.log(duration - 0.5);
      return normal((Math.log(duration + 0.5) - center) / deviation) - normal((low - center) / deviation);
    });
    return scores.map((share) => DURATION_WEIGHT * Math.log(Math.max(1e-6, share)));
  });
  paces.set(pace, known);
  return known;
}

/** The normal distribution's share below x (Abramowitz & Stegun 26.2.17). */
function normal(x: number): number {
  if (x === -Infinity) return 0;
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x > 0 ? 1 - tail : tail;
}
