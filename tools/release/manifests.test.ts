// What packages say of themselves: where the project lives, its licence, links that lead somewhere from anywhere.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
const packages = ['packages', 'apps'].flatMap((group) =>
  readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)),
);

test('manifests, licences and links are what node tools/release/manifests.mjs writes', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/release/manifests.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test("links in packages' READMEs lead to files of the repository", () => {
  const { repository } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    repository: { url: string };
  };
  const place = /github\.com\/(.*)\.git$/.exec(repository.url)![1];
  const link = new RegExp(
    `https://(?:github\\.com|raw\\.githubusercontent\\.com)/${place}/(?:(?:blob|tree)/)?main/([^)#\\s]+)`,
    'g',
  );
  const broken = packages.flatMap((folder) =>
    [...readFileSync(path.join(folder, 'README.md'), 'utf8').matchAll(link)]
      .map(([, file]) => file)
      .filter((file) => !existsSync(path.join(root, file))),
  );
  expect(broken).toEqual([]);
});

// A copy without its history has nothing to ask.
const testInClone = existsSync(path.join(root, '.git')) ? test : test.skip;

testInClone('programs have a file that npm can link before anything is built', () => {
  const bins = packages.flatMap((folder) => {
    const { bin = {} } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
      bin?: Record<string, string>;
    };
    return Object.entries(bin).map(([name, file]) => [name, path.join(folder, file)]);
  });
  expect(bins.map(([name]) => name)).toEqual(['gpt-talker', 'gpt-talker-train']);
  for (const [name, file] of bins) {
    const tracked = spawnSync('git', ['ls-files', '--error-unmatch', file], { cwd: root });
    expect({ name, tracked: tracked.status }).toEqual({ name, tracked: 0 });
  }
});
