import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';
import { writeMadeUpVoice } from './made-up-voice';

test('the example in the README works on a folder that holds a voice', async () => {
  const before = process.cwd();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'gpt-readme-'));
  try {
    await writeMadeUpVoice(path.join(folder, 'voice'));
    process.chdir(folder);
    const installed = require;
    const withVoice = (name: string) =>
      name === '@gpt-talker/voice-tiny' ? { voiceFolder: 'voice' } : (installed(name) as unknown);
    const lines = await runReadmeExample(path.resolve(__dirname, '..'), withVoice as NodeJS.Require);
    const stopReason = lines.pop();
    expect(['end-of-speech', 'length']).toContain(stopReason);
    expect(lines.length).toBeGreaterThanOrEqual(11);
    for (const token of lines.map(Number)) expect(token >= 0 && token < 32).toBe(true);
  } finally {
    process.chdir(before);
    await fs.rm(folder, { recursive: true });
  }
});
