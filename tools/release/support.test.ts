// The README's table of platforms promises what the workflow tries, no more and no less.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const root = path.resolve(__dirname, '../..');

/** What GitHub's runners are. */
const RUNNERS: Record<string, string> = {
  'ubuntu-24.04': 'Linux x64',
  'ubuntu-24.04-arm': 'Linux arm64',
  'macos-15': 'macOS arm64',
  'macos-15-intel': 'macOS x64',
  'windows-2025': 'Windows x64',
};

interface Job {
  strategy: { matrix: { runner?: string[]; project?: string[]; node: number[] } };
  steps: { run?: string }[];
}

function jobs(): Record<string, Job> {
  const workflow = readFileSync(path.join(root, '.github/workflows/ci.yml'), 'utf8');
  return (parse(workflow) as { jobs: Record<string, Job> }).jobs;
}

const readme = readFileSync(path.join(root, 'README.md'), 'utf8');

/** Platform → the releases of Node with a "yes". */
function promised(): Record<string, number[]> {
  const section = /## Where it runs\n([\s\S]*?)\n## /.exec(readme)![1];
  const [titles, , ...rows] = section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.map(([, platform, ...cells]) => [
      platform,
      cells.flatMap((cell, column) => {
        const node = /^Node (\d+)$/.exec(titles[column + 2])?.[1];
        return node && cell === 'yes' ? [Number(node)] : [];
      }),
    ]),
  );
}

test("the table of platforms is the workflow's matrix", () => {
  const { runner, node } = jobs().support.strategy.matrix;
  expect(promised()).toEqual(Object.fromEntries(runner!.map((name) => [RUNNERS[name], node])));
  expect(jobs().support.steps.map(({ run }) => run)).toContain('npm run release:dry -- --quick');
});

test('all tests run with the releases of Node that the README says', () => {
  const [, told] = /All tests run on Linux x64 with Node ([\d, and]+)\./.exec(readme)!;
  expect(told.match(/\d+/g)!.map(Number)).toEqual(jobs().everything.strategy.matrix.node);
});

test('every project with tests has them run alone', () => {
  const folders = ['packages', 'apps'].flatMap((parent) =>
    readdirSync(path.join(root, parent)).map((name) => path.join(parent, name)),
  );
  const tested = [...folders, 'tools'].flatMap((folder) => {
    const file = path.join(root, folder, 'package.json');
    if (!existsSync(file)) return [];
    const { nx, scripts } = JSON.parse(readFileSync(file, 'utf8')) as {
      nx?: { name: string };
      scripts?: Record<string, string>;
    };
    return nx && scripts?.test ? [nx.name] : [];
  });
  expect([...jobs().alone.strategy.matrix.project!].sort()).toEqual(tested.sort());
});
