// Which phoneme of a text sounds during which speech token, for a corpus that nobody has aligned: what each phoneme sounds like is
// learnt from the corpus itself, then every turn's phonemes are laid over its tokens. ConVITS's attention is drawn to it, see
// docs/decisions/0005-attention-that-aligns.md.
import { phonemeModel, TokenAligner } from '@gpt-talker/gpt';
import { UtteranceTable, readTurn, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import { randomForName } from '@gpt-talker/nn';
import { estimateDurations } from '../congpt/durations';
import { estimateEmissions } from '../voice/emissions';
import type { ConVitsRecipe } from './recipe';

/** Turns that it is learnt from: more do not change it. */
const TURNS = 1500;
/** Decay of the first guess's prior; the guess needs the durations alone. */
const NO_DECAY = { freeTokens: 0, decayTokens: 1 };

/** By token of a turn: the index of the phoneme that sounds, −1 for the silence before the first. */
export type AlignTurn = (turn: Pick<PreparedTurn, 'phonemes' | 'tokens'>) => Int32Array;

/** Learns from the training part of a corpus; the same corpus and seed give the same. */
export async function learnAlignment(
  corpus: PreparedCorpus,
  { seed, model }: Pick<ConVitsRecipe, 'seed' | 'model'>,
): Promise<AlignTurn> {
  const { symbols, quantizer } = model;
  const table = await UtteranceTable.build(corpus, {
    split: 'train',
    stage: 'vits',
    accepts: ({ phonemes, tokens }) => phonemes > 0 && tokens >= phonemes / 2,
  });
  const random = randomForName(seed, 'phoneme-alignment');
  const turns: PreparedTurn[] = [];
  const count = Math.min(TURNS, table.size);
  // Evenly spread over the corpus, from a random place.
  const first = random.integer(Math.max(1, table.size));
  for (let index = 0; index < count; index++)
    turns.push(await readTurn(corpus, table.at((first + Math.floor((index * table.size) / count)) % table.size)));
  const prior = { ...NO_DECAY, ...(await estimateDurations(turns, symbols)) };
  const emissions = estimateEmissions(turns, { phonemeVocabulary: symbols, tokens: quantizer.size, prior });
  return ({ phonemes, tokens }) => {
    const aligner = new TokenAligner(phonemeModel(phonemes, emissions));
    for (const token of tokens) aligner.push(token);
    const sounding = new Int32Array(tokens.length).fill(-1);
    if (aligner.score === -Infinity) return sounding; // more time than its phonemes can take
    aligner.align(true).forEach(({ begin, end }, index) => sounding.fill(index - 1, begin, end));
    return sounding;
  };
}
