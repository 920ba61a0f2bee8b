import type { GenerateOptions, GptContext, TokenEmissions } from '@gpt-talker/gpt';
import { Generation } from '@gpt-talker/gpt';
import { sayPiece, type PieceToSay } from './say-piece';

/** Phoneme p sounds as token p, silence as token 3. */
const emissions: TokenEmissions = {
  tokens: 4,
  rowOf: Int32Array.of(0, 1, 2),
  rows: 4,
  logProbabilities: Float32Array.from({ length: 16 }, (_, at) => Math.log(at % 4 === Math.floor(at / 4) ? 0.91 : 0.03)),
  durations: Array.from({ length: 4 }, () => ({ mean: Math.log(2.5), deviation: 0.5 })),
};
/** By seed: what is said. */
const SAID = [
  [3, 0, 1, 0, 1, 2, 1, 2],
  [3, 0, 0, 0, 1, 1, 2, 2],
  [3, 0, 0, 2, 1, 1, 2, 2],
  [3, 0, 1, 2, 0, 1, 2, 3],
];

/** Says what is said with these takes, and reports what was asked for and when the first token left. */
async function say(takes: number, known?: TokenEmissions, how: Partial<PieceToSay> = {}) {
  const seeds: (number | undefined)[] = [];
  const pushed: number[] = [];
  const seedsAtFirst: number[] = [];
  const context: Pick<GptContext, 'generate'> = {
    generate(_segments, { seed }: GenerateOptions = {}) {
      seeds.push(seed);
      return new Generation(async function* () {
        yield* SAID[seed!];
        return 'end-of-speech' as const;
      });
    },
  };
  const piece: PieceToSay = {
    context,
    segment: { kind: 'text', role: 'agent', phonemes: Int32Array.of(0, 1, 2) },
    words: [],
    emissions: known,
    pace: 1,
    options: {},
    seedOf: (attempt) => attempt,
    first: true,
    firstSoundTokens: 22,
    retake: 'never',
    takes,
    push: async (token) => {
      if (pushed.length === 0) seedsAtFirst.push(seeds.length);
      pushed.push(token);
    },
    ...how,
  };
  const { attempts } = await sayPiece(piece);
  return { attempts, pushed, takenBefore: seedsAtFirst[0] };
}

test('of several takes the one that is most like its text is heard, and nothing before', async () => {
  expect(await say(3, emissions)).toEqual({ attempts: 3, pushed: SAID[1], takenBefore: 3 });
});

test('one take is heard as it comes', async () => {
  expect(await say(1, emissions)).toEqual({ attempts: 1, pushed: SAID[0], takenBefore: 1 });
});

test('where nothing says what tokens sound like, the first take is as good as any', async () => {
  expect(await say(3)).toMatchObject({ pushed: SAID[0] });
});

test('a first piece with a fault is said again only where it is over before any sound could be made of it', async () => {
  const how = { retake: 'unheard', seedOf: (attempt: number) => (attempt === 0 ? 3 : 1) } as const;
  const { length } = SAID[3];
  expect(await say(1, emissions, { ...how, firstSoundTokens: length })).toMatchObject({ attempts: 1, pushed: SAID[3] });
  expect(await say(1, emissions, { ...how, firstSoundTokens: length + 1 })).toMatchObject({
    attempts: 2,
    pushed: SAID[1],
  });
});
