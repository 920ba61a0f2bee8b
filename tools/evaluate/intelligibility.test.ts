import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Audio } from '@gpt-talker/audio';
import { readCorpusConfig } from '../corpus/config';
import { FLITE_SAMPLE_RATE, speak } from '../corpus/flite';
import { describeIntelligibility, measureIntelligibility } from './intelligibility';
import { hasRecognizer, recognize } from './recognizer';

jest.setTimeout(300_000);

/** An utterance that says what it is by its length. */
const utterance = (number: number): Audio => ({ samples: new Float32Array(number), sampleRate: 16000 });
const sentences = ['One two three.', 'Four five six seven.', 'Eight nine ten.'];

test('each speaker is compared with what was said, and the worst of the voice are named', async () => {
  const heard = ['one two three', 'four five six seven', 'eight nine ten', 'one true three', '', 'eight nine ten then'];
  const listen = async (all: readonly Audio[]) => all.map(({ samples }) => heard[samples.length]);
  const measured = await measureIntelligibility(
    sentences,
    { voice: [3, 4, 5].map(utterance), copy: [3, 1, 2].map(utterance), teacher: [0, 1, 5].map(utterance) },
    listen,
  );
  expect(measured).toMatchObject({
    voice: { rate: 0.6, substitutions: 1, deletions: 4, insertions: 1, words: 10 },
    copy: { rate: 0.1 },
    teacher: { rate: 0.1 },
    misheard: [
      { sentence: 'Four five six seven.', heard: '' },
      { heard: 'one true three' },
      { heard: 'eight nine ten then' },
    ],
  });
  expect(describeIntelligibility(measured)[0]).toBe(
    'intelligibility  wrong of 10 words: voice 60.0 % (6.00 × the teacher), copy 10.0 % (1.00 × the teacher), teacher 10.0 %',
  );
});

test('says what to install where there is no recogniser', async () => {
  expect(await hasRecognizer('no-such-recognizer')).toBe(false);
  expect(await hasRecognizer('pocketsphinx_batch', '/no/such/model')).toBe(false);
  expect(describeIntelligibility(undefined).join()).toMatch(/skipped: .*apt-get install pocketsphinx/);
});

function runs(program: string, ...args: string[]): boolean {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes('slt');
  } catch {
    return false;
  }
}

const installed = existsSync('/usr/share/pocketsphinx/model/en-us/en-us.lm.bin') && runs('flite', '-lv');

(installed ? test : test.skip)('pocketsphinx understands flite, and not noise (skipped without either)', async () => {
  const { voices, styles, levelDecibels, keepSilenceSeconds } = readCorpusConfig(
    path.resolve(__dirname, '../../configs/voice-tiny.corpus.json'),
  );
  const text = 'We should probably leave before the traffic gets worse.';
  const options = { voice: voices.slt, style: styles.plain, levelDecibels, keepSilenceSeconds };
  const speech = { samples: await speak(text, options), sampleRate: FLITE_SAMPLE_RATE };
  const noise = {
    samples: speech.samples.map((_, index) => ((index * 7919) % 1000) / 10000 - 0.05),
    sampleRate: 16000,
  };
  const [words, ...others] = await recognize([speech, noise]);
  expect(words).toBe('we should probably leave before the traffic gets worse');
  expect(others).toHaveLength(1);
  expect(others[0].split(' ').length).toBeLessThan(4);
});
