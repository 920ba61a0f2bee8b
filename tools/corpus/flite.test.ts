import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { readCorpusConfig } from './config';
import { FLITE_SAMPLE_RATE, FliteError, requireFlite, speak } from './flite';

const { voices, styles } = readCorpusConfig(path.resolve(__dirname, '../../configs/voice-tiny.corpus.json'));
const text = 'The old bridge was closed because of the flood.';

function hasFlite(): boolean {
  try {
    return execFileSync('flite', ['-lv'], { encoding: 'utf8' }).includes('slt');
  } catch {
    return false;
  }
}

const withFlite = hasFlite() ? it : it.skip;

it('says what to install where flite is missing', async () => {
  await expect(requireFlite(['slt'], 'no-such-flite')).rejects.toThrow(/flite: the program was not found; install it/);
});

withFlite('names a voice that flite lacks (skipped without flite)', async () => {
  await expect(requireFlite(['slt', 'nobody'])).rejects.toThrow(FliteError);
  await expect(requireFlite(['slt', 'nobody'])).rejects.toThrow(/no voice nobody/);
});

describe.each(['slt', 'rms'])('voice %s', (name) => {
  const options = { voice: voices[name], levelDecibels: -20, keepSilenceSeconds: 0.08 };

  withFlite(
    'speaks sadly slower and softer than excitedly, the same way every time (skipped without flite)',
    async () => {
      const sad = await speak(text, { ...options, style: styles.sad });
      const excited = await speak(text, { ...options, style: styles.excited });
      expect(sad.length / excited.length).toBeGreaterThan(1.15);
      const level = (samples: Float32Array): number =>
        10 * Math.log10(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
      expect(level(excited) - level(sad)).toBeGreaterThan(6);
      expect(sad.length / FLITE_SAMPLE_RATE).toBeGreaterThan(1.5);
      const again = await speak(text, { ...options, style: styles.sad });
      expect(Buffer.from(again.buffer).equals(Buffer.from(sad.buffer))).toBe(true);
    },
  );
});
