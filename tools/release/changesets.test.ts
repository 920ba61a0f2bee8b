// `changeset version` stops at a package that is not there, on the day of a release: better told when the change is made.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');

/** The names of all packages of this repository. */
function packageNames(): string[] {
  return ['packages', 'apps'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder)).map(
      (name) =>
        (JSON.parse(readFileSync(path.join(ROOT, folder, name, 'package.json'), 'utf8')) as { name: string }).name,
    ),
  );
}

test('every changeset names packages that exist, and how much each changes', () => {
  const known = packageNames();
  const files = readdirSync(path.join(ROOT, '.changeset')).filter((name) => name.endsWith('.md'));
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const [, front] = /^---\n([\s\S]*?)\n---\n/.exec(readFileSync(path.join(ROOT, '.changeset', file), 'utf8')) ?? [];
    expect([file, front]).toEqual([file, expect.any(String)]);
    for (const line of front.split('\n')) {
      const [, name] = /^'(.+)': (?:patch|minor|major)$/.exec(line) ?? [];
      expect([file, line, known.includes(name)]).toEqual([file, line, true]);
    }
  }
});

test('onnxruntime keeps the minor version of its binaries until they change', () => {
  const { version, dependencies } = JSON.parse(
    readFileSync(path.join(ROOT, 'packages/onnxruntime/package.json'), 'utf8'),
  ) as { version: string; dependencies: Record<string, string> };
  const minor = (release: string): string => release.split('.').slice(0, 2).join('.');
  const raised = readdirSync(path.join(ROOT, '.changeset'))
    .filter((name) => name.endsWith('.md'))
    .filter((name) =>
      /^'@gpt-talker\/onnxruntime': (?:minor|major)$/m.test(readFileSync(path.join(ROOT, '.changeset', name), 'utf8')),
    );
  // A release of onnxruntime itself raises both numbers by hand: `changeset version` knows nothing of the binaries.
  expect([minor(version), raised]).toEqual([minor(dependencies['onnxruntime-common']), []]);
});
