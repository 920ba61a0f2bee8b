// Publishes every package whose version the registry does not have yet, what others depend on first.
//   npm run release [-- --registry URL] [-- --only NAME …]      builds before
// What fails midway is gone on with by running it again. In GitHub's Actions it signs where the packages come from (provenance).
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkBuilt, checkNew, checkTree, isPublished } from './checks.mjs';
import { main, npm, publishedPackages, readManifest, ReleaseError, root, rootManifest } from './packages.mjs';
import { stageOnnxruntime } from './stage-onnxruntime.mjs';

/** Set for npm's scripts while this publishes: what they would check is checked. */
export const PUBLISHING = 'GPT_TALKER_PUBLISHING';

/**
 * @param only names of packages; each must be new. All, where it is empty: those whose version is known are left alone
 * @param from a clone of the repository
 * @param platforms of onnxruntime; all of them
 * @returns names and versions of what was published
 * @throws ReleaseError before anything is published
 */
export function publish({ registry, only = [], from = root, anyTree = false, platforms, env = process.env } = {}) {
  if (!anyTree) checkTree(from);
  checkRepository(env);
  const packages = publishedPackages(from);
  const unknown = only.find((name) => !packages.some((entry) => entry.name === name));
  if (unknown) throw new ReleaseError(`${unknown}: no package has this name`);
  const wanted = only.length > 0 ? packages.filter(({ name }) => only.includes(name)) : packages;
  for (const { manifest, directory } of wanted) checkBuilt(manifest, directory);
  if (only.length > 0) for (const { manifest } of wanted) checkNew(manifest, { registry, env });
  const fresh = wanted.filter(({ manifest }) => only.length > 0 || !isPublished(manifest, { registry, env }));
  if (fresh.length === 0) throw new ReleaseError('every version is published already; run npx changeset version first');

  const staged = mkdtempSync(path.join(os.tmpdir(), 'gpt-talker-release-'));
  const published = [];
  try {
    for (const { name, directory } of fresh) {
      const folders = name === '@gpt-talker/onnxruntime' ? stageOnnxruntime(staged, platforms) : [directory];
      for (const folder of folders) {
        const manifest = readManifest(folder);
        // A platform's binaries change less often than the package that depends on them.
        if (folders.length > 1 && isPublished(manifest, { registry, env })) continue;
        publishFolder(folder, { registry, env });
        published.push(`${manifest.name}@${manifest.version}`);
      }
    }
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
  return published;
}

function publishFolder(folder, { registry, env }) {
  const options = [
    ...['--access', 'public', '--loglevel', 'warn'],
    ...(registry ? ['--registry', registry] : []),
    ...(env.GITHUB_ACTIONS ? ['--provenance'] : []),
  ];
  npm(['publish', folder, ...options], {
    env: { ...env, [PUBLISHING]: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** A provenance statement names the repository that the workflow ran in, and the registry compares it with the packages'. */
function checkRepository({ GITHUB_REPOSITORY: here }) {
  if (!here || rootManifest.repository.url.includes(`github.com/${here}.git`)) return;
  throw new ReleaseError(
    `this is ${here}, but package.json says ${rootManifest.repository.url}; change it and run node tools/release/manifests.mjs`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const { values } = parseArgs({
      options: { registry: { type: 'string' }, only: { type: 'string', multiple: true } },
    });
    for (const name of publish(values)) console.log(name);
  });
}
