// Speech for tests: made-up vowels that need nothing, and flite's where it is installed.
import { execFileSync, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWavFile, type Audio } from '@gpt-talker/audio';

/** `test`, or a skipped test whose name says that flite is missing. */
export function testWithFlite(name: string, work: () => Promise<void>): void {
  const present = spawnSync('flite', ['-version'], { stdio: 'ignore' }).error === undefined;
  if (present) test(name, work);
  else test.skip(`${name} (skipped: no flite)`, work);
}

/** `text` spoken by flite, 16 kHz. */
export async function speak(text: string, voice: string, features: Record<string, number> = {}): Promise<Audio> {
  const file = path.join(tmpdir(), `gpt-talker-speech-${randomUUID()}.wav`);
  const settings = Object.entries(features).flatMap(([name, value]) => ['--setf', `${name}=${value}`]);
  execFileSync('flite', ['-voice', voice, ...settings, '-t', text, '-o', file]);
  try {
    return await readWavFile(file);
  } finally {
    rmSync(file);
  }
}

/** The first two resonances of five vowels, in Hz. */
const VOWELS = [
  [730, 1090],
  [270, 2290],
  [300, 870],
  [530, 1840],
  [570, 840],
];

export interface MadeUpSpeaker {
  hertz: number;
  /** What the resonances are multiplied by. */
  tract: number;
}

export const LOW_SPEAKER: MadeUpSpeaker = { hertz: 105, tract: 1 };
export const HIGH_SPEAKER: MadeUpSpeaker = { hertz: 190, tract: 1.16 };

const VOWEL_SAMPLES = 4000;
const PAUSE_SAMPLES = 800;

/** A quarter of a second of each vowel named by its index, a short pause after each, at 16 kHz. */
export function madeUpSpeech(vowels: number[], { hertz, tract }: MadeUpSpeaker): Audio {
  const samples = new Float32Array(vowels.length * (VOWEL_SAMPLES + PAUSE_SAMPLES));
  vowels.forEach((vowel, position) => {
    const strengths = harmonicStrengths(vowel, { hertz, tract });
    const start = position * (VOWEL_SAMPLES + PAUSE_SAMPLES);
    let phase = 0;
    for (let i = 0; i < VOWEL_SAMPLES; i++) {
      phase += (2 * Math.PI * hertz * (1 + 0.05 * Math.sin((2 * Math.PI * i) / VOWEL_SAMPLES))) / 16000;
      let value = 0;
      for (let k = 0; k < strengths.length; k++) value += strengths[k] * Math.sin((k + 1) * phase);
      samples[start + i] = 0.1 * value * Math.sin((Math.PI * i) / VOWEL_SAMPLES);
    }
  });
  return { samples, sampleRate: 16000 };
}

/** The nearer to one of the vowel's resonances, the stronger. */
function harmonicStrengths(vowel: number, { hertz, tract }: MadeUpSpeaker): number[] {
  return Array.from({ length: Math.floor(4000 / hertz) }, (_, k) => {
    const nearness = VOWELS[vowel].map((resonance) => 1 / (1 + (((k + 1) * hertz - resonance * tract) / 90) ** 2));
    return Math.max(...nearness) + 0.02;
  });
}
