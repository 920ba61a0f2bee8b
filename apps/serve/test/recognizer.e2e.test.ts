// Recordings that come without their words, heard by a real recogniser: CMU Sphinx's, which Debian has with its model, and sherpa-onnx's addon
// (npm install --no-save sherpa-onnx-node) with a made-up model, since no package of npm or Debian carries one for it. Each is skipped where
// it is not installed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';
// eslint-disable-next-line @nx/enforce-module-boundaries -- what the tests there make models with
import {
  hasProgram,
  joined,
  noise,
  SAMPLE_RATE,
  silence,
  temporaryFolder,
  writeLoudnessRecognizer,
} from '../../../packages/dataset/test/collect-support';
import { serve } from './serving-program';

const folder = temporaryFolder();
const hasSherpa = ((): boolean => {
  try {
    return require.resolve('sherpa-onnx-node') !== '';
  } catch {
    return false;
  }
})();

/** What the service recognises in recordings that are sent without words. */
async function heard(recordings: readonly Uint8Array[], ...options: string[]): Promise<[number, unknown][]> {
  const service = await serve('--threads', '1', ...options);
  try {
    const begun = await fetch(`${service.url}/v1/conversations`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{}',
    });
    const { id } = (await begun.json()) as { id: string };
    const answers: [number, unknown][] = [];
    for (const recording of recordings) {
      const response = await fetch(`${service.url}/v1/conversations/${id}/turns?role=user`, {
        method: 'POST',
        headers: { 'Content-Type': 'audio/wav' },
        body: recording as Uint8Array<ArrayBuffer>,
      });
      const body = (await response.json()) as { text?: string; error?: { code: string } };
      answers.push([response.status, body.text ?? body.error?.code]);
    }
    return answers;
  } finally {
    await service.stop();
  }
}

const wav = (samples: Float32Array) => writeWav({ samples, sampleRate: SAMPLE_RATE });

(hasProgram('pocketsphinx_batch') && hasProgram('flite') ? test : test.skip)(
  'pocketsphinx recognises what flite says',
  async () => {
    const file = path.join(folder, 'question.wav');
    execFileSync('flite', ['-voice', 'rms', '-t', 'what do you want to do this weekend', '-o', file]);
    const answers = await heard([readFileSync(file), wav(silence(1))], '--recognizer', 'pocketsphinx');
    expect(answers[0][0]).toBe(201);
    expect(String(answers[0][1]).toLowerCase()).toMatch(/what do you want|this weekend/);
    expect(answers[1]).toEqual([422, 'not_understood']);
  },
);

(hasSherpa ? test : test.skip)('sherpa-onnx recognises what is loud', async () => {
  const model = writeLoudnessRecognizer(path.join(folder, 'tdnn'));
  const loud = joined([silence(0.5), noise(SAMPLE_RATE, 0.5), silence(0.5)]);
  const answers = await heard([wav(loud), wav(silence(2))], '--recognizer', model, '--recognizer-kind', 'tdnn');
  expect(answers).toEqual([
    [201, 'AB'],
    [422, 'not_understood'],
  ]);
});
