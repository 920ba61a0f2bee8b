// Makes what is published as @gpt-talker/onnxruntime: the package itself, which depends on one package a platform, and those packages. Their
// binaries come from onnxruntime-node's own tarball, checked against the hash in package-lock.json: an installed copy may have been changed
// by its install script, which adds CUDA's libraries. docs/decisions/0016-onnxruntime-without-scripts.md says why all this is.
//   node tools/release/stage-onnxruntime.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  binariesVersion,
  copyPlatform,
  ownManifest,
  packageFolder,
  platformPackage,
  PLATFORMS,
} from '../../packages/onnxruntime/scripts/platforms.mjs';
import { main, npm, ReleaseError, root } from './packages.mjs';

/** What a platform's package says of itself as its parent does. */
const SHARED = ['license', 'repository', 'homepage', 'bugs', 'keywords', 'engines', 'publishConfig'];

/**
 * Fills `to` with a folder for each package, ready for `npm publish`.
 * @param platforms those whose packages are made
 * @returns the folders, platforms first: nobody is to install the package before what it depends on is there
 */
export function stageOnnxruntime(to, platforms = PLATFORMS) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(to, { recursive: true });
  const unpacked = path.join(to, '.onnxruntime-node');
  unpackRelease(unpacked);
  const folders = platforms.map((platform) => stagePlatform(unpacked, platform, to));
  rmSync(unpacked, { recursive: true });
  return [...folders, stageParent(to)];
}

function stagePlatform(from, platform, to) {
  const name = platformPackage(platform);
  const folder = path.join(to, path.basename(name));
  copyPlatform(from, platform, folder);
  copyOwn(['LICENSE', 'NOTICE'], folder);
  const { os: system, cpu, libc } = platform;
  const where = `${system} ${cpu}${libc ? ` (${libc})` : ''}`;
  writeJson(path.join(folder, 'package.json'), {
    name,
    version: binariesVersion,
    description: `onnxruntime-node's binaries for ${where}; installed by @gpt-talker/onnxruntime`,
    ...Object.fromEntries(SHARED.filter((key) => ownManifest[key]).map((key) => [key, ownManifest[key]])),
    main: 'dist/index.js',
    os: [system],
    cpu: [cpu],
    ...(libc && { libc: [libc] }),
    // The binaries look for each other beside themselves: package managers that keep packages zipped must unpack this one.
    preferUnplugged: true,
    dependencies: { 'onnxruntime-common': binariesVersion },
  });
  const readme = `# ${name}

The files of [onnxruntime-node](https://www.npmjs.com/package/onnxruntime-node) ${binariesVersion} for ${where}, unaltered and without its install script.
Install [@gpt-talker/onnxruntime](https://www.npmjs.com/package/@gpt-talker/onnxruntime), which brings the package of your platform.
`;
  writeFileSync(path.join(folder, 'README.md'), readme);
  return folder;
}

function stageParent(to) {
  const folder = path.join(to, 'onnxruntime');
  const { files, ...manifest } = ownManifest;
  // Of the repository, not of what is published.
  for (const key of ['scripts', 'nx', 'devDependencies']) delete manifest[key];
  const own = files.filter((file) => file !== 'platform');
  copyOwn([...own, 'LICENSE'], folder);
  writeJson(path.join(folder, 'package.json'), {
    ...manifest,
    files: own,
    optionalDependencies: Object.fromEntries(PLATFORMS.map((platform) => [platformPackage(platform), binariesVersion])),
  });
  return folder;
}

/** The release of onnxruntime-node whose hash package-lock.json has, unpacked; nothing of it is run. */
function unpackRelease(to) {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = packages['node_modules/onnxruntime-node'];
  if (version !== binariesVersion) {
    throw new ReleaseError(
      `package-lock.json has onnxruntime-node ${version}, but @gpt-talker/onnxruntime is of ${binariesVersion}; bring them together`,
    );
  }
  const download = mkdtempSync(path.join(os.tmpdir(), 'onnxruntime-node-'));
  try {
    const quiet = ['ignore', 'ignore', 'inherit'];
    npm(['pack', '--silent', `onnxruntime-node@${version}`], { cwd: download, stdio: quiet });
    const tarball = path.join(download, readdirSync(download)[0]);
    const [algorithm] = integrity.split('-');
    const digest = createHash(algorithm).update(readFileSync(tarball)).digest('base64');
    if (`${algorithm}-${digest}` !== integrity) {
      throw new ReleaseError(`onnxruntime-node ${version}: what the registry gives differs from package-lock.json`);
    }
    mkdirSync(to);
    execFileSync('tar', ['xzf', tarball, '--strip-components=1', '-C', to], { stdio: quiet });
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}

function copyOwn(files, to) {
  for (const file of files) {
    cpSync(path.join(packageFolder, file), path.join(to, file), { recursive: true });
  }
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const [folder] = process.argv.slice(2);
    if (!folder) throw new ReleaseError('name the folder that is to hold the packages: stage-onnxruntime.mjs FOLDER');
    for (const staged of stageOnnxruntime(path.resolve(folder))) console.log(staged);
  });
}
