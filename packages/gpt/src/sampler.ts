// How the next speech token is drawn from the logits: repetition penalty (Keskar et al. 2019), temperature, top-k, and the
// nucleus (Holtzman et al. 2020); when a reply ends, as GPT-SoVITS does it. Pure functions of their arguments.
import { GptError } from './errors';
import type { Random } from './random';

export interface SamplingOptions {
  /** Only the k likeliest tokens; 0 = all. */
  topK: number;
  /** Only the likeliest tokens that together reach this probability; 1 = all. */
  topP: number;
  /** Divides the logits; 0 = always the likeliest token. */
  temperature: number;
  /** Makes tokens that this reply already holds less likely; 1 = no penalty. */
  repetitionPenalty: number;
  /** A reply has at least this many tokens: the end is not possible before. */
  minimumTokens: number;
  /**
   * A stretch of at least this many tokens, of three kinds or more, does not follow itself at once: that is a stutter. 0 = it may, as
   * in GPT-SoVITS.
   */
  stutterTokens: number;
}

/** Silence and long vowels are made of one or two kinds of tokens, and repeat them. */
const STUTTER_KINDS = 3;

/** What may come next, likeliest first. */
export interface Distribution {
  tokens: number[];
  /** Sums to 1. */
  probabilities: number[];
}

/** @throws GptError `sampling` that names the option, its value and its range */
export function checkSampling(options: SamplingOptions): void {
  const rules: [keyof SamplingOptions, boolean, string][] = [
    ['topK', Number.isInteger(options.topK) && options.topK >= 0, 'a whole number of at least 0 (0 = all)'],
    ['topP', options.topP > 0 && options.topP <= 1, 'a number above 0 and at most 1'],
    ['temperature', options.temperature >= 0 && Number.isFinite(options.temperature), 'a number of at least 0'],
    [
      'repetitionPenalty',
      options.repetitionPenalty > 0 && Number.isFinite(options.repetitionPenalty),
      'a number above 0',
    ],
    [
      'minimumTokens',
      Number.isInteger(options.minimumTokens) && options.minimumTokens >= 0,
      'a whole number of at least 0',
    ],
    [
      'stutterTokens',
      Number.isInteger(options.stutterTokens) && options.stutterTokens >= 0,
      'a whole number of at least 0 (0 = never mind)',
    ],
  ];
  for (const [name, right, range] of rules) {
    if (!right) throw new GptError('sampling', `sampling option ${name} is ${options[name]}; give ${range}`);
  }
}

/**
 * The distribution that the next token is drawn from.
 * @param logits one per token of the vocabulary; left as they are
 * @param previous the tokens of this reply so far (not of its history)
 * @param endOfSpeech id of the end; impossible while `previous` is shorter than `minimumTokens`
 * @throws GptError `graph` where no logit is a number
 */
export function nextTokenDistribution(
  logits: Float32Array,
  previous: readonly number[],
  options: SamplingOptions,
  endOfSpeech: number,
): Distribution {
  const scores = Float64Array.from(logits);
  for (const token of new Set(previous)) {
    const score = scores[token];
    scores[token] = score < 0 ? score * options.repetitionPenalty : score / options.repetitionPenalty;
  }
  if (previous.length < options.minimumTokens) scores[endOfSpeech] = -Infinity;
  for (const token of stutters(previous, options.stutterTokens)) scores[token] = -Infinity;

  const tokens: number[] = [];
  for (let token = 0; token < scores.length; token++) if (scores[token] > -Infinity) tokens.push(token);
  if (tokens.length === 0) {
    throw new GptError(
      'graph',
      'gpt.onnx computed no usable logit (all are NaN or minus infinity); export the voice again in float32',
    );
  }
  tokens.sort((left, right) => scores[right] - scores[left] || left - right);
  const kept = options.temperature === 0 ? 1 : options.topK || tokens.length;
  tokens.length = Math.min(kept, tokens.length);

  const best = scores[tokens[0]];
  const weights = tokens.map((token) =>
    options.temperature === 0 ? 1 : Math.exp((scores[token] - best) / options.temperature),
  );
  return nucleus(tokens, weights, options.topP);
}

/** The tokens that would complete the second saying of a stretch of at least `least` tokens. */
function stutters(previous: readonly number[], least: number): Set<number> {
  const found = new Set<number>();
  if (least === 0) return found;
  const length = previous.length;
  for (let stretch = least; 2 * stretch <= length + 1; stretch++) {
    const begin = length + 1 - 2 * stretch;
    const first = previous.slice(begin, begin + stretch);
    const isSaidAgain = first.slice(0, -1).every((token, index) => token === previous[begin + stretch + index]);
    if (isSaidAgain && new Set(first).size >= STUTTER_KINDS) found.add(first[stretch - 1]);
  }
  return found;
}

/** The likeliest tokens that together reach `topP` (at least one), with probabilities that sum to 1. */
function nucleus(tokens: number[], weights: number[], topP: number): Distribution {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let count = 0;
  let reached = 0;
  while (count < tokens.length && (count === 0 || reached < topP * total)) reached += weights[count++];
  return {
    tokens: tokens.slice(0, count),
    probabilities: weights.slice(0, count).map((weight) => weight / reached),
  };
}

/**
 * Draws the next token. A reply ends when the drawn token is the end, and also when the end is the likeliest token: a model
 * that wants to stop but is talked out of it by sampling tends to babble.
 * @returns a token, or `endOfSpeech`
 */
export function sampleToken(
  logits: Float32Array,
  previous: readonly number[],
  options: SamplingOptions,
  endOfSpeech: number,
  random: Random,
): number {
  const { tokens, probabilities } = nextTokenDistribution(logits, previous, options, endOfSpeech);
  if (tokens[0] === endOfSpeech) return endOfSpeech;
  let left = random();
  for (let place = 0; place < tokens.length; place++) {
    left -= probabilities[place];
    if (left < 0) return tokens[place];
  }
  return tokens[tokens.length - 1]; // Rounding: the probabilities may sum to a little less than 1.
}
