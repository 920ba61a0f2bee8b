// Before `npm pack`: puts this machine's binaries into platform/, so that the tarball works here by itself. What is published holds none,
// but depends on one package a platform: see tools/release/stage-onnxruntime.mjs.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { copyPlatform, installedRuntime, packageFolder, PLATFORMS } from './platforms.mjs';

const folder = path.join(packageFolder, 'platform');
rmSync(folder, { recursive: true, force: true });
const here = PLATFORMS.find(({ os, cpu }) => os === process.platform && cpu === process.arch);
if (here) copyPlatform(installedRuntime(), here, folder);
