// The programs in examples/, as they are. The Vite page is what in-page.e2e.test.ts builds and uses on a larger scale; Next itself is not installed
// here, but its route is called as Next would.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { runNode } from './run-program';

const examples = path.resolve(__dirname, '../../../examples');
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-talker-examples-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = async (program: string, ...rest: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runNode([path.join(examples, program), ...rest]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

test('a Node program', async () => {
  const out = path.join(folder, 'reply.wav');
  expect(await run('node.mjs', out)).toMatch(/reply\.wav: \d\.\d s after \d turns/);
  expect(readWav(await readFile(out)).samples.length).toBeGreaterThan(8000);
});

test('CommonJS, as an Electron main process is', async () => {
  expect(await run('electron-main.cjs')).toMatch(/^\d\.\d s of speech\n$/);
});

test('the AI SDK', async () => {
  expect(await run('ai-sdk.mjs')).toBe('audio/wav true 0\n');
});

test('a Next route', async () => {
  const route = path.join(examples, 'next/app/api/speech/route.js');
  const program = `
    const { POST } = await import(${JSON.stringify(route)});
    const ask = (body) => POST(new Request('http://page/api/speech', { method: 'POST', body: JSON.stringify(body) }));
    const spoken = await ask({ turns: [{ role: 'user', text: 'Shall we go?' }], text: 'Yes, let us go.' });
    const { byteLength } = await spoken.arrayBuffer();
    const wrong = await ask({ text: '' });
    console.log(spoken.headers.get('Content-Type'), byteLength > 16000, wrong.status);
    await (await globalThis.gptTalker).dispose();`;
  const { code, stdout, stderr } = await runNode(['--input-type=module', '-e', program], {
    cwd: path.resolve(examples, '..'),
  });
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: 'audio/L16; rate=16000; channels=1 true 400\n',
    stderr: '',
  });
});
