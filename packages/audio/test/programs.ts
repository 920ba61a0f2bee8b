// Programs of the system that some tests need; where one is missing, those tests skip and say so.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Audio } from '../src/audio';
import { readWav } from '../src/wav-reader';

export function hasProgram(name: string): boolean {
  return spawnSync(name, ['-version'], { stdio: 'ignore' }).error === undefined;
}

/** `test`, or a skipped test whose name says which program it lacks. */
export function testWith(program: string): (name: string, work: () => Promise<void>) => void {
  const present = hasProgram(program);
  return (name, work) => (present ? test(name, work) : test.skip(`${name} (skipped: no ${program})`, work));
}

/** `text` spoken by flite, 16 kHz. */
export function speak(text: string, voice: string, features: Record<string, number> = {}): Audio {
  const file = path.join(tmpdir(), `gpt-talker-flite-${process.pid}.wav`);
  const settings = Object.entries(features).flatMap(([name, value]) => ['--setf', `${name}=${value}`]);
  execFileSync('flite', ['-voice', voice, ...settings, '-t', text, '-o', file]);
  try {
    return readWav(readFileSync(file));
  } finally {
    rmSync(file);
  }
}
