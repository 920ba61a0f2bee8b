// Does with a package what a stranger does: installs it into an empty project as its README says, and runs the README's example as an ES
// module, as CommonJS, and through TypeScript with both of its ways to find packages, the types of dependencies checked too.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './packages.mjs';
import { importsNotInstalled, keepsPromises, readmeProgram } from './readme-program.mjs';

const WINDOWS = process.platform === 'win32';
const COMPILER = {
  strict: true,
  skipLibCheck: false,
  target: 'es2022',
};
/** TensorFlow.js's backend in JavaScript advises on stderr to install another one. */
const GREETING = /^\n?=+ ?\nHi, looks like you are running TensorFlow\.js in Node\.js\..*\n=+ ?\n/m;

/** Types that a project in TypeScript has anyhow. They lie beside the projects, where TypeScript finds them. */
export function prepareTypes(projects) {
  for (const name of ['@types/node', 'undici-types']) {
    cpSync(path.join(root, 'node_modules', name), path.join(projects, 'node_modules', name), { recursive: true });
  }
}

/**
 * @param env in which npm finds the packages
 * @param beside what else is installed
 * @param node the program that runs the examples
 * @returns `{problems, folder}`: lines that say what went wrong, and the project
 */
export function tryPackage({ name, directory, manifest }, { projects, beside, env, node }) {
  const problems = [];
  const folder = path.join(projects, path.basename(name));
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{"name": "stranger", "private": true, "type": "module"}\n');
  const program = readmeProgram(directory);
  const report = (what, { stdout = '', stderr = '' }) =>
    problems.push(`${name}: ${what}\n${stdout}${stderr}`.trimEnd());

  const [npm, ...words] = program.install.split(/\s+/);
  const installed = run(npm, [...words, ...beside, '--no-audit', '--no-fund'], { cwd: folder, env });
  if (installed.status !== 0) {
    report(`${program.install} fails`, installed);
    return { problems, folder };
  }
  if (installed.stderr !== '') report(`${program.install} complains`, { stderr: installed.stderr });
  if (program.example) {
    const missing = importsNotInstalled(program);
    if (missing.length > 0)
      problems.push(`${name}: the README's example imports ${missing.join(', ')}, but does not install it`);
    for (const [kind, file] of programs(folder, program.example, manifest)) {
      if (kind.startsWith('TypeScript')) {
        const compiled = run(node, [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', file], {
          cwd: folder,
          env,
        });
        if (compiled.status !== 0) report(`${kind} does not compile the example`, compiled);
        continue;
      }
      const ran = run(node, [file], { cwd: folder, env });
      ran.stderr = ran.stderr.replace(GREETING, '');
      if (ran.status !== 0) report(`the example fails as ${kind}`, ran);
      else if (ran.stderr !== '') report(`the example writes to stderr as ${kind}`, { stderr: ran.stderr });
      else if (!keepsPromises(ran.stdout, program.promised)) {
        report(`the example as ${kind} does not print what the README says (${program.promised.join(' | ')})`, ran);
      }
    }
  }
  return { problems, folder };
}

/** Writes the example in each of its forms; `[kind, file]` in the order in which they are tried. */
function programs(folder, example, manifest) {
  const write = (file, content) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), content);
    return path.join(folder, file);
  };
  const compile = (module) =>
    ts.transpileModule(example, {
      compilerOptions: { module, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
    }).outputText;
  write('src/example.mts', example);
  // What is imported as CommonJS has types of its own.
  write(
    'src/types.cts',
    `import * as imported from '${manifest.name}';\nexport const names: string[] = Object.keys(imported);\n`,
  );
  write('src/bundled.ts', example);
  // The declarations of TensorFlow.js speak of a global type, which only this package of its dependencies has.
  const types = ['node', ...(existsSync(path.join(folder, 'node_modules/@types/long')) ? ['long'] : [])];
  const project = (file, options, files) =>
    write(file, JSON.stringify({ compilerOptions: { ...COMPILER, types, ...options }, files }));
  return [
    ['an ES module', write('example.mjs', compile(ts.ModuleKind.ES2022))],
    [
      'CommonJS',
      write(
        'example.cjs',
        `void (async () => {\n${compile(ts.ModuleKind.CommonJS)}\n})().catch((error) => {\n  console.error(error);\n  process.exitCode = 1;\n});\n`,
      ),
    ],
    [
      'TypeScript (node16)',
      project('tsconfig.node16.json', { module: 'node16', moduleResolution: 'node16', outDir: 'out' }, [
        'src/example.mts',
        'src/types.cts',
      ]),
    ],
    ['an ES module of TypeScript', path.join(folder, 'out/example.mjs')],
    [
      'TypeScript (bundler)',
      project('tsconfig.bundler.json', { module: 'esnext', moduleResolution: 'bundler', noEmit: true }, [
        'src/bundled.ts',
      ]),
    ],
  ];
}

/** Tries a program: its version, and a sentence where it speaks. @returns lines that say what went wrong */
export function tryProgram({ name, manifest }, folder, { env, node }) {
  const problems = [];
  const [command] = Object.keys(manifest.bin);
  // As npm has linked it: with a shell script on Windows, which Node cannot run.
  const bin = path.join(folder, 'node_modules/.bin', command);
  const version = WINDOWS
    ? run(`"${bin}"`, ['--version'], { cwd: folder, env })
    : run(node, [bin, '--version'], { cwd: folder, env });
  if (version.stdout !== `${manifest.version}\n` || version.stderr !== '') {
    problems.push(`${name}: --version prints ${JSON.stringify(version.stdout + version.stderr)}`);
  }
  return problems;
}

export function run(command, args, { cwd, env }) {
  // npm and what it links are scripts on Windows.
  const shell = WINDOWS && !path.isAbsolute(command);
  const options = { cwd, env, shell, encoding: 'utf8', timeout: 300_000 };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  return { status, stdout: stdout ?? '', stderr: (stderr ?? '') + (error ? String(error) : '') };
}
