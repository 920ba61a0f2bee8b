import type { Audio } from '@gpt-talker/audio';
import type { Voice } from '@gpt-talker/voice';
import { Timbre, lengthWarnings } from './timbre';

const speech = (level: number, seconds = 4): Audio => ({
  samples: new Float32Array(100 * seconds).fill(level),
  sampleRate: 100,
});
const voice = { manifest: { name: 'made up', references: [] } } as unknown as Voice;

/** A style is the recording's level, and what is told of the speaker. */
function timbreOf(speaker?: { embed(audio: Audio): Promise<Float32Array> }) {
  const asked: Audio[] = [];
  const vits = {
    style: async (audio: Audio, options?: { speaker?: Float32Array }) => {
      asked.push(audio);
      return { vector: Float32Array.of(audio.samples[0], options?.speaker?.[0] ?? 0) };
    },
  };
  return { timbre: new Timbre(vits, voice, speaker), asked };
}

test('the style of several references is the mean of theirs, each computed once', async () => {
  const { timbre, asked } = timbreOf();
  const [one, two] = [speech(0.25), speech(0.75)];
  expect((await timbre.style({ turns: [] }, one)).vector[0]).toBe(0.25);
  expect((await timbre.style({ turns: [] }, [one, two])).vector[0]).toBe(0.5);
  expect(asked).toEqual([one, two]);
});

test('no reference at all is refused', async () => {
  const { timbre } = timbreOf();
  await expect(timbre.style({ turns: [] }, [])).rejects.toMatchObject({ name: 'VitsError', code: 'input' });
  await expect(timbre.style({ turns: [] })).rejects.toMatchObject({ name: 'TalkerError', code: 'reference' });
});

test('a voice that must be told the speaker is told', async () => {
  const { timbre } = timbreOf({ embed: async ({ samples }) => Float32Array.of(10 * samples[0]) });
  expect([...(await timbre.styleOf([speech(0.25), speech(0.75)])).vector]).toEqual([0.5, 5]);
});

test('references of a length that prompts do not have are named', () => {
  expect(lengthWarnings(undefined)).toEqual([]);
  expect(lengthWarnings([speech(1, 3), speech(1, 10)])).toEqual([]);
  expect(lengthWarnings(speech(1, 1))).toEqual(['the reference lasts 1.0 s; 3 to 10 s of speech sound best']);
  expect(lengthWarnings([speech(1), speech(1, 12)])).toEqual([
    'reference 2 lasts 12.0 s; 3 to 10 s of speech sound best',
  ]);
});
