// How fast speech becomes tokens on one core: `npx tsx --tsconfig tsconfig.base.json packages/tokenizer/bench/speech.ts [WAV...]`.
// Without files the sound is made up. Times are of the processor, so that other work on the machine does not count.
import { readWavFile, type Audio } from '@gpt-talker/audio';
import { SpectralEncoder } from '../src/speech';
import { HIGH_SPEAKER, LOW_SPEAKER, madeUpSpeech } from '../src/speech/testing/spoken';

const CODES = 512;

function madeUpCorpus(): Audio[] {
  return Array.from({ length: 240 }, (_, i) => {
    const vowels = [0, 1, 2, 3].map((k) => (i * (k + 3) + k * k) % 5);
    return madeUpSpeech(vowels, { ...(i % 2 ? HIGH_SPEAKER : LOW_SPEAKER), hertz: 95 + ((i * 37) % 120) });
  });
}

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function main(): Promise<void> {
  const files = process.argv.slice(2);
  const corpus = files.length > 0 ? await Promise.all(files.map((file) => readWavFile(file))) : madeUpCorpus();
  const seconds = corpus.reduce((sum, { samples, sampleRate }) => sum + samples.length / sampleRate, 0);
  let encoder: SpectralEncoder | undefined;
  const fit = await processorSeconds(async () => (encoder = await SpectralEncoder.fit(corpus, { codes: CODES })));
  console.log(`fit ${CODES} codes on ${seconds.toFixed(0)} s of sound: ${fit.toFixed(1)} s`);
  const encode = await processorSeconds(async () => {
    for (const audio of corpus) await encoder!.encode(audio);
  });
  console.log(`encode: ${(seconds / encode).toFixed(0)} × real time`);
}

void main();
