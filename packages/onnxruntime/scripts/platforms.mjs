// The platforms that onnxruntime-node has binaries for, and what a package for one of them consists of. Everything is copied from the
// installed onnxruntime-node, unaltered.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** `libc`: the binary needs glibc; npm leaves the package out where there is another. */
export const PLATFORMS = [
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
  { os: 'darwin', cpu: 'arm64' },
  { os: 'win32', cpu: 'x64' },
  { os: 'win32', cpu: 'arm64' },
];

export const packageFolder = path.resolve(import.meta.dirname, '..');
export const ownManifest = JSON.parse(readFileSync(path.join(packageFolder, 'package.json'), 'utf8'));

/** The release of onnxruntime that all this is of; the package's own version may be ahead of it by a patch. */
export const binariesVersion = ownManifest.dependencies['onnxruntime-common'];

export function platformPackage({ os, cpu }) {
  return `@gpt-talker/onnxruntime-${os}-${cpu}`;
}

/** Where onnxruntime-node lies in this repository. @throws where it is missing or of another version. */
export function installedRuntime() {
  const manifest = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  if (version !== binariesVersion) {
    throw new Error(`onnxruntime-node is of version ${version}, not ${binariesVersion}; run npm ci`);
  }
  return path.dirname(manifest);
}

/** Copies the JavaScript and one platform's binaries. */
export function copyPlatform(from, { os, cpu }, to) {
  const binaries = path.join('bin/napi-v6', os, cpu);
  if (!existsSync(path.join(from, binaries))) throw new Error(`onnxruntime-node has no ${binaries}; run npm ci`);
  cpSync(path.join(from, binaries), path.join(to, binaries), { recursive: true });
  cpSync(path.join(from, 'dist'), path.join(to, 'dist'), {
    recursive: true,
    filter: (file) => !file.endsWith('.map') && !file.endsWith('.d.ts'),
  });
}
