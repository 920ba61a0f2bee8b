// No guide names a program, a command, an option or a script that is not there. What the commands do is tested elsewhere: those of
// docs/train-your-voice.md by apps/train, those with sound by apps/serve/test/guides.e2e.test.ts, installing by npm run release:dry.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandsOf, guides, isPlaceholder, root, type GuideCommand } from './commands';
import { misuse, optionsOf, OUR_PROGRAMS } from './program-options';

interface Manifest {
  name: string;
  bin?: Record<string, string>;
  scripts?: Record<string, string>;
  nx?: { name: string; targets?: Record<string, unknown> };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { link?: boolean; resolved?: string } & Manifest>;
};
const folders = Object.values(lock.packages).flatMap(({ link, resolved }) => (link && resolved ? [resolved] : []));
const workspaces = folders.map((folder) => ({ folder, manifest: manifestOf(folder) }));
const installable = new Set(
  [manifestOf('.'), ...workspaces.map(({ manifest }) => manifest)].flatMap((manifest) => [
    manifest.name,
    ...Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }),
  ]),
);

/** @returns what is wrong with a command, undefined where nothing is */
function wrong({ words, whole }: GuideCommand): string | undefined {
  const [program, ...rest] = words;
  if (program === 'mpirun') {
    const at = words.findIndex((word) => word in OUR_PROGRAMS);
    return at < 0 ? undefined : wrong({ place: '', words: words.slice(at), whole });
  }
  if (program in OUR_PROGRAMS) return misuse(OUR_PROGRAMS[program], rest, whole);
  if (program === 'npx') return wrongNpx(rest, whole);
  if (program === 'npm') return wrongNpm(rest);
  return wrongNode(rest);
}

function wrongNpx([command, ...rest]: string[], whole: boolean): string | undefined {
  if (command in OUR_PROGRAMS) return misuse(OUR_PROGRAMS[command], rest, whole);
  if (command === 'nx') {
    const [target, project] = rest;
    const found = workspaces.find(({ manifest }) => manifest.nx?.name === project);
    if (!found) return isPlaceholder(project ?? '') ? undefined : `there is no project ${project}`;
    return found.manifest.scripts?.[target] ? undefined : `${project} has no target ${target}`;
  }
  return existsSync(path.join(root, 'node_modules/.bin', command)) ? undefined : `there is no program ${command}`;
}

function wrongNpm([command, ...rest]: string[]): string | undefined {
  if (command === 'install' || command === 'i') {
    const names = rest.filter((word) => !word.startsWith('-')).map((word) => word.replace(/(.)@.*$/, '$1'));
    const unknown = names.find((name) => !installable.has(name) && !isPlaceholder(name));
    return unknown && `nothing here needs ${unknown}, and it is not ours`;
  }
  if (command === 'test' || command === 'run') {
    const words = command === 'test' ? ['test', ...rest] : rest.filter((word) => word !== '--silent');
    return wrongScript(words);
  }
  return undefined;
}

/** `NAME [-w WORKSPACE] [-- ARGUMENTS]` */
function wrongScript([name, ...rest]: string[]): string | undefined {
  const split = rest.indexOf('--');
  const [own, passed] = split < 0 ? [rest, []] : [rest.slice(0, split), rest.slice(split + 1)];
  const workspace = own[own.indexOf('-w') + 1];
  const there = own.includes('-w')
    ? workspaces.find(({ folder, manifest }) => [folder, manifest.name].includes(workspace))
    : undefined;
  if (own.includes('-w') && !there) return `there is no workspace ${workspace}`;
  // What a package's own guide names may be that package's script.
  const places = there ? [there] : [{ folder: '.', manifest: manifestOf('.') }, ...workspaces];
  const found = places.find(({ manifest }) => manifest.scripts?.[name]);
  if (!found) return isPlaceholder(name) ? undefined : `there is no script ${name}`;
  return wrongArguments(found.folder, found.manifest.scripts![name], passed);
}

/** Options that a script's program does not know, as far as it is one of ours. */
function wrongArguments(folder: string, script: string, passed: string[]): string | undefined {
  const options = passed.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('=')[0]);
  if (options.length === 0) return undefined;
  const inner = /npm run (?:--silent )?(\S+) -w (\S+)/.exec(script);
  if (inner) return wrongScript([inner[1], '-w', inner[2], '--', ...passed]);
  const [file] = script.match(/\S+\.(?:ts|mjs|cjs)(?= |$)/g)?.slice(-1) ?? [];
  if (!file) return undefined;
  const source = readFileSync(path.join(root, folder, file), 'utf8');
  const unknown = options.find((option) => !new RegExp(`['"-]${option}['"]|\\b${option}: \\{`).test(source));
  return unknown && `${file} knows no --${unknown}`;
}

function wrongNode(words: string[]): string | undefined {
  const file = words.find((word) => !word.startsWith('-'));
  if (words[0] === '-e' || !file || isPlaceholder(file)) return undefined;
  // Builds are made by a stub's package.
  const place = file.replace(/\/dist\/.*$/, '/package.json');
  return existsSync(path.join(root, place)) ? undefined : `${file} is not there`;
}

/** Options of what npm scripts run, as parseArgs is told of them. */
function scriptOptions(): string[] {
  const files = execFileSync(
    'git',
    ['ls-files', 'tools/*', 'apps/*/test/*', 'packages/*/bench/*', 'packages/*/test/*'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const sources = files.split('\n').filter((file) => /\.(?:ts|mjs|cjs)$/.test(file) && !file.endsWith('.test.ts'));
  return sources.flatMap((file) =>
    [
      ...readFileSync(path.join(root, file), 'utf8').matchAll(
        /(?:'?([a-z][a-z-]*)'?: \{ type: '(?:string|boolean)'|'--([a-z][a-z-]*)')/g,
      ),
    ].map(([, parsed, looked]) => `--${parsed ?? looked}`),
  );
}

const all = guides().flatMap(commandsOf);

test('the commands of the guides are found', () => {
  const places = new Set(all.filter(({ whole }) => whole).map(({ place }) => place.split(':')[0]));
  expect([...places]).toEqual(
    expect.arrayContaining(['README.md', 'docs/train-your-voice.md', 'docs/scaling.md', 'apps/serve/README.md']),
  );
  expect(all.length).toBeGreaterThan(150);
});

test('each names what is there', () => {
  const problems = all.flatMap((command) => {
    const problem = wrong(command);
    return problem === undefined ? [] : [`${command.place}: ${command.words.join(' ')}: ${problem}`];
  });
  expect(problems).toEqual([]);
});

describe('options that are named in a line', () => {
  /** Of esbuild, npm and tsx. */
  const OTHERS = ['--platform', '--no-save', '--sbom-format', '--omit', '--tsconfig'];
  const mentioned = guides().flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(/`[^`\n]*`/g)].flatMap(([code]) =>
      [...code.matchAll(/(?<=[\s`(])--[a-z][a-z0-9-]*/g)].map(([option]) => ({ file, option })),
    ),
  );

  test('are there', () => {
    const known = new Set([...Object.values(OUR_PROGRAMS).flatMap(optionsOf), ...scriptOptions(), ...OTHERS, '--help']);
    const unknown = mentioned.filter(({ option }) => !known.has(option));
    expect(unknown).toEqual([]);
  });

  test.each(Object.keys(OUR_PROGRAMS))('%s has no other', (program) => {
    const told = new Set(
      guides().flatMap((file) => readFileSync(path.join(root, file), 'utf8').match(/--[a-z][a-z0-9-]*/g)),
    );
    expect(optionsOf(OUR_PROGRAMS[program]).filter((option) => !told.has(option))).toEqual(['--version']);
  });
});

test.each([
  ['gpt-talker talk --voise x Hello', 'talk has no option --voise'],
  ['gpt-talker sing', 'gpt-talker has no command sing'],
  ['gpt-talker talk Hello there', 'talk does not take 2 arguments: Hello there'],
  ['gpt-talker-train prepare --corpus a --format mp3s --out b', 'does not take mp3s'],
  ['npm run release:wet', 'there is no script release:wet'],
  ['npm run release:dry -- --fast', 'knows no --fast'],
  ['npx nx test vitz', 'there is no project vitz'],
  ['npm install left-pad', 'it is not ours'],
])('%s would be noticed', (line, problem) => {
  expect(wrong({ place: '', words: line.split(' '), whole: true })).toContain(problem);
});
