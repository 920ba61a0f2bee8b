// The packages that are published, as the release commands see them.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '../..');
export const rootManifest = readManifest(root);

export function readManifest(directory) {
  return JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
}

/** `{name, directory, manifest}` of each, what others depend on first. */
export function publishedPackages(from = root) {
  const found = ['packages', 'apps'].flatMap((group) =>
    readdirSync(path.join(from, group)).map((folder) => {
      const directory = path.join(from, group, folder);
      const manifest = readManifest(directory);
      return { name: manifest.name, directory, manifest };
    }),
  );
  const byName = new Map(found.filter(({ manifest }) => !manifest.private).map((entry) => [entry.name, entry]));
  const ordered = new Set();
  const visit = (entry) => {
    for (const name of Object.keys(entry.manifest.dependencies ?? {})) if (byName.has(name)) visit(byName.get(name));
    ordered.add(entry);
  };
  for (const entry of byName.values()) visit(entry);
  return [...ordered];
}

/** Those packages, and what they need of ours. @param also other names that a package needs */
export function withOurs(names, also = () => []) {
  const known = new Map(publishedPackages().map((entry) => [entry.name, entry]));
  const needed = new Set(names);
  for (const name of needed) {
    const { manifest } = known.get(name);
    for (const word of [...Object.keys(manifest.dependencies ?? {}), ...also(known.get(name))]) {
      if (known.has(word)) needed.add(word);
    }
  }
  return [...needed];
}

/** Runs npm; on Windows it is a script, which only a shell runs. */
export function npm(args, options) {
  return execFileSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

/** A mistake that the person at the keyboard can fix: its message is all that there is to say. */
export class ReleaseError extends Error {
  name = 'ReleaseError';
}

/** Runs a command's main function; a `ReleaseError` ends it with one line. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
