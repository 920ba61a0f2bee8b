// Before `npm pack`: puts this machine's binaries into platform/, so that the tarball works here by itself. What is published holds none,
// but depends on one package a platform: see tools/release/stage-onnxruntime.mjs.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { copyPlatform, installedRuntime, packageFolder, PLATFORMS } from './platforms.mjs';

if (process.env.npm_command === 'publish') {
  console.error('@gpt-talker/onnxruntime: this folder is not what is published; run npm run release');
  process.exit(1);
}
const folder = path.join(packageFolder, 'platform');
rmSync(folder, { recursive: true, force: true });
const here = PLATFORMS.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
if (here) copyPlatform(installedRuntime(), here, folder);
