import { expectedTokens } from '@gpt-talker/context';
import { randomForName } from '@gpt-talker/nn';
import { estimateDurations, estimateFollowing } from './durations';

/** Turns whose phonemes last exactly as long as said, with edges of 3 tokens. */
function turns(durations: number[], count: number) {
  const random = randomForName(1, 'turns');
  return Array.from({ length: count }, () => {
    const phonemes = Array.from({ length: 5 + random.integer(30) }, () => random.integer(durations.length - 1));
    const tokens = phonemes.reduce((sum, id) => sum + durations[id], 6);
    return { phonemes: [...phonemes, durations.length - 1], tokens: Array<number>(tokens).fill(0) };
  });
}

it('finds the durations that whole turns were made of', async () => {
  const truth = [1, 2, 3, 5, 8, 0];
  const { durations, edgeTokens } = await estimateDurations(turns(truth, 2000), 10);
  truth.slice(0, -1).forEach((duration, id) => expect(Math.abs(durations[id] - duration)).toBeLessThan(0.1));
  expect(Math.abs(edgeTokens - 3)).toBeLessThan(0.5);
});

it('gives phonemes that it has not seen the mean duration, and none a negative one', async () => {
  const heard = turns([2, 2, 0], 50);
  const { durations } = await estimateDurations(heard, 6);
  const mean =
    heard.reduce((sum, turn) => sum + turn.tokens.length, 0) /
    heard.reduce((sum, turn) => sum + turn.phonemes.length, 0);
  expect(durations).toHaveLength(6);
  expect(durations[5]).toBeCloseTo(mean, 2);
  expect(Math.min(...durations)).toBeGreaterThanOrEqual(0);
});

it('finds how replies follow the pace of the turn before them', async () => {
  const prior = { durations: [2, 3, 4, 0], edgeTokens: 3, freeTokens: 1, decayTokens: 2 };
  const random = randomForName(2, 'paces');
  const turn = (role: 'user' | 'agent', logPace: number) => {
    const phonemes = [...Array.from({ length: 40 }, () => random.integer(3)), 3];
    const length = Math.round(expectedTokens(phonemes, prior) * Math.exp(logPace));
    return { role, phonemes, tokens: Array<number>(length).fill(0) };
  };
  const dialogues = Array.from({ length: 400 }, () => {
    const user = 0.4 * random.normal();
    return { turns: [turn('user', user), turn('agent', 0.1 + 0.7 * user)] };
  });
  const { offset, slope } = await estimateFollowing(dialogues, ['agent'], prior);
  expect(slope).toBeCloseTo(0.69, 1);
  expect(offset).toBeCloseTo(0.1, 2);
  expect(await estimateFollowing([], ['agent'], prior)).toEqual({ offset: 0, slope: 0 });
});
