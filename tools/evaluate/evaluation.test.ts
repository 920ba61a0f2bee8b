import { type Audio } from '@gpt-talker/audio';
import { evaluate, type Spoken, type Subject } from './evaluation';

/** A sound whose spectrum moves in a way of its own: a tone that is stepped through some pitches. */
function melody(hertz: number[], tempo = 1): Audio {
  const sampleRate = 16000;
  const noteSamples = Math.round((sampleRate / 4) * tempo);
  const samples = new Float32Array(hertz.length * noteSamples);
  for (let i = 0; i < samples.length; i++) {
    const pitch = hertz[Math.floor(i / noteSamples)];
    for (let harmonic = 1; harmonic <= 3; harmonic++)
      samples[i] += 0.2 * Math.sin((2 * Math.PI * pitch * harmonic * i) / sampleRate);
  }
  return { samples, sampleRate };
}

const spoken = (audio: Audio): Spoken => ({ audio, tokens: Int32Array.of(1), stopReason: 'end-of-speech' });

const MELODIES = [
  [300, 1200, 600],
  [1500, 400, 400],
  [700, 200, 2000],
];
const sentences = ['one', 'two', 'three'];
const references = MELODIES.map((hertz) => melody(hertz));

describe('evaluate', () => {
  it('understands a subject that says the same at another speed and loudness', async () => {
    const subject: Subject = {
      speak: async (text) => spoken(melody(MELODIES[sentences.indexOf(text)], 1.3)),
      copy: async ({ samples, sampleRate }) => ({ samples: samples.map((sample) => sample / 4), sampleRate }),
    };
    const report = await evaluate(subject, { sentences, references, seed: 1 });
    expect(report.textRetrieval).toMatchObject({ correct: 3, total: 3, share: 1, misses: [] });
    expect(report.copyRetrieval).toMatchObject({ correct: 3, total: 3, share: 1, misses: [] });
  });

  it('names the sentences that a subject mixes up, and passes fixed seeds', async () => {
    const seeds: number[] = [];
    const subject: Subject = {
      speak: async (text, seed) => {
        seeds.push(seed);
        return spoken(melody(MELODIES[text === 'two' ? 2 : sentences.indexOf(text)]));
      },
      copy: async (audio) => audio,
    };
    const { textRetrieval } = await evaluate(subject, { sentences, references, seed: 7 });
    expect(seeds).toEqual([7, 8, 9]);
    expect(textRetrieval.correct).toBe(2);
    expect(textRetrieval.misses).toEqual([expect.objectContaining({ sentence: 'two', heardAs: 'three' })]);
  });
});
