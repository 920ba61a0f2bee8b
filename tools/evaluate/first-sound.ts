// How soon the service is heard, with another build of it beside: npm run evaluate:first-sound [-- --base FOLDER --requests N].
// Requests go to both in turn, so that whatever else the machine does slows both. Then, of a text that is written a word every 60 ms: when its
// first sound is there, and whether the pitch steps where it went on.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { trackPitch, type Audio } from '@gpt-talker/audio';
import { Talker } from '@gpt-talker/talker';

const ROOT = path.resolve(__dirname, '../..');
const WAV_HEADER_BYTES = 44;
const SENTENCES = [
  'I left my umbrella on the bus again.',
  'Could you please speak a little more slowly?',
  'We should probably leave before the traffic gets worse.',
];
const WRITTEN = 'My grandmother used to tell us long stories by the fireplace when the nights were cold and windy.';
const WORD_MILLISECONDS = 60;
const FIRST_WORDS = 4;
/** On each side of a joint, what its pitch is measured over. */
const BESIDE_SECONDS = 0.16;
const HOP_SECONDS = 0.02;

interface Served {
  name: string;
  address: string;
  process: ChildProcess;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { base: { type: 'string' }, requests: { type: 'string', default: '15' } },
  });
  const builds = [
    { name: 'this build', folder: ROOT },
    ...(values.base ? [{ name: 'base', folder: path.resolve(values.base) }] : []),
  ];
  const served = await Promise.all(builds.map(({ name, folder }) => serve(name, folder)));
  try {
    for (const format of ['wav', 'mp3', 'opus']) {
      const times = new Map<string, number[]>(served.map(({ name }) => [name, []]));
      for (let turn = -1; turn < Number(values.requests); turn++)
        for (const one of turn % 2 === 0 ? served : [...served].reverse()) {
          const milliseconds = await firstSound(one, SENTENCES[(turn + 3) % 3], format);
          // The first of each loads what is loaded once.
          if (turn >= 0) times.get(one.name)!.push(milliseconds);
        }
      const medians = served.map(({ name }) => median(times.get(name)!));
      const ratio = medians.length > 1 ? `, ${(medians[0] / medians[1]).toFixed(2)} ×` : '';
      console.log(
        `first sound, ${format}  ${served.map(({ name }, index) => `${name} ${medians[index].toFixed(0)} ms`).join(', ')}${ratio}`,
      );
    }
  } finally {
    for (const { process: program } of served) program.kill('SIGTERM');
  }
  await writtenText();
}

function serve(name: string, folder: string): Promise<Served> {
  const program = spawn(
    process.execPath,
    [path.join(folder, 'apps/serve/dist/cli.js'), 'serve', '--port', '0', '--log-level', 'silent'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  return new Promise((resolve, reject) => {
    program.stdout!.on('data', (part) => {
      const address = /listens on (\S+)/.exec(String(part))?.[1];
      if (address) resolve({ name, address, process: program });
    });
    program.on('exit', (code) => reject(new Error(`${folder}: gpt-talker serve ended with ${code}; build it first`)));
  });
}

/** Milliseconds to the first byte of sound: of wav, behind its header; of others, of the file, whose tags go out with the first frames. */
async function firstSound({ address }: Served, input: string, format: string): Promise<number> {
  const begin = performance.now();
  const response = await fetch(`${address}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'gpt-talker', voice: 'tiny', input, response_format: format }),
  });
  if (!response.ok) throw new Error(`${address}: ${response.status} ${await response.text()}`);
  let [first, bytes] = [0, 0];
  for await (const chunk of response.body!) {
    bytes += (chunk as Uint8Array).length;
    if (first === 0 && bytes > (format === 'wav' ? WAV_HEADER_BYTES : 0)) first = performance.now() - begin;
  }
  return first;
}

async function writtenText(): Promise<void> {
  const talker = await Talker.load(path.join(ROOT, 'packages/voice-tiny/voice'));
  try {
    await talker.reply({ turns: [] }, WRITTEN);
    const [waits, steps]: [number[], number[]] = [[], []];
    for (let seed = 1; seed <= 8; seed++) {
      let fourWords = 0;
      let wait = 0;
      const parts: Float32Array[] = [];
      const joints: number[] = [];
      let sampleRate = 0;
      const words = async function* () {
        for (const [index, word] of WRITTEN.split(' ').entries()) {
          await new Promise((resolve) => setTimeout(resolve, WORD_MILLISECONDS));
          if (index === FIRST_WORDS - 1) fourWords = performance.now();
          yield `${word} `;
        }
      };
      for await (const chunk of talker.streamFrom({ turns: [] }, words(), { seed })) {
        if (wait === 0) wait = performance.now() - fourWords;
        else joints.push(parts.reduce((sum, { length }) => sum + length, 0));
        parts.push(chunk.samples);
        ({ sampleRate } = chunk);
      }
      waits.push(wait);
      const samples = Float32Array.from(parts.flatMap((part) => [...part]));
      steps.push(...pitchSteps({ samples, sampleRate }, joints));
    }
    const sorted = [...steps].sort((a, b) => a - b);
    console.log(
      `a text at ${WORD_MILLISECONDS} ms a word  first sound ${median(waits).toFixed(0)} ms after ${FIRST_WORDS} words (${Math.min(...waits).toFixed(0)} to ${Math.max(...waits).toFixed(0)})`,
    );
    if (sorted.length > 0)
      console.log(
        `  pitch at ${sorted.length} voiced joints  steps by ${median(sorted).toFixed(2)} semitones, ${sorted[Math.floor(0.95 * (sorted.length - 1))].toFixed(2)} in 95 %, ${sorted.at(-1)!.toFixed(2)} at most`,
      );
  } finally {
    await talker.dispose();
  }
}

/** By how many semitones the pitch before each place differs from that behind it, where both sides are voiced throughout. */
function pitchSteps({ samples, sampleRate }: Audio, places: readonly number[]): number[] {
  const hopSamples = Math.round(HOP_SECONDS * sampleRate);
  const { hertz } = trackPitch(samples, { sampleRate, hopSamples, minimumHertz: 60, maximumHertz: 400 });
  const beside = Math.round(BESIDE_SECONDS / HOP_SECONDS / 2);
  return places.flatMap((place) => {
    const frame = Math.round(place / hopSamples);
    const around = [...hertz.slice(frame - beside, frame + beside)];
    if (around.length < 2 * beside || around.some((value) => value <= 0)) return [];
    return [Math.abs(12 * Math.log2(around[beside] / around[beside - 1]))];
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

void main();
