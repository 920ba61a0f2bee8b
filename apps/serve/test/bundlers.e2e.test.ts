// A program that speaks, made one file by bundlers: nothing but the native library stays outside, data files and worker threads included.
// webpack and Next are not installed here: npm run check:bundlers.
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { runNode } from './run-program';

const root = path.resolve(__dirname, '../../..');
const VOICE = path.resolve(root, 'packages/voice-tiny/voice');
const EXTERNAL = ['@gpt-talker/onnxruntime'];
const PROGRAM = `
import { Talker } from '@gpt-talker/talker';
async function main() {
  const talker = await Talker.load(${JSON.stringify(VOICE)}, { intraOpThreads: 1 });
  const dialogue = { turns: [{ role: 'user', text: 'We won 3:1!' }] };
  const { audio, stopReason } = await talker.reply(dialogue, 'That is wonderful news!', { seed: 1 });
  console.log(stopReason, audio.samples.length > 8000, (await talker.computeInfo()).runtime);
  await talker.dispose();
}
main();
`;

jest.setTimeout(240_000);

let folder: string;
beforeEach(async () => {
  // Inside the workspace, so that the one external package is found beside it, as it would be where the bundle is deployed.
  folder = await mkdtemp(path.join(root, 'node_modules', '.bundle-'));
  await writeFile(path.join(folder, 'program.js'), PROGRAM);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const speaks = async (file: string): Promise<void> => {
  // From elsewhere than the packages: the working directory has none of them.
  const { code, stdout, stderr } = await runNode([file], { cwd: folder });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'end-of-speech true native\n', stderr: '' });
};

test.each(['esm', 'cjs'] as const)('esbuild, %s', async (format) => {
  const outfile = path.join(folder, `out/program.${format === 'esm' ? 'mjs' : 'cjs'}`);
  await build({
    entryPoints: [path.join(folder, 'program.js')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format,
    outfile,
    external: EXTERNAL,
    // Packages of a workspace lie beside tsconfig files that lead to their sources; installed ones do not.
    tsconfigRaw: '{}',
    logLevel: 'silent',
  });
  await speaks(outfile);
});

test('Vite for servers', async () => {
  const config = {
    root: folder,
    logLevel: 'silent',
    ssr: { noExternal: true, external: EXTERNAL },
    build: { ssr: 'program.js', outDir: 'out', emptyOutDir: true, reportCompressedSize: false },
  };
  await writeFile(path.join(folder, 'vite.config.mjs'), `export default ${JSON.stringify(config)};`);
  const vite = path.resolve(root, 'node_modules/vite/bin/vite.js');
  const { code, stderr } = await runNode([vite, 'build', '-c', 'vite.config.mjs'], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [file] = (await readdir(path.join(folder, 'out'))).filter((name) => /^program\.m?js$/.test(name));
  await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
  await speaks(path.join(folder, 'out', file));
});
