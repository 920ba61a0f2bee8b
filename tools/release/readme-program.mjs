// What a package's README promises: the line that installs it, its example, and what the example prints.
import { builtinModules } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @returns `{install, example, promised}`; `example` is undefined for programs */
export function readmeProgram(directory) {
  const readme = readFileSync(path.join(directory, 'README.md'), 'utf8');
  const install = /^ *(npm install .*)$/m.exec(readme)?.[1].trim();
  if (!install) throw new Error(`${directory}/README.md does not say how to install it`);
  const example = /^```ts\n([\s\S]*?)^```/m.exec(readme)?.[1];
  return { install, example, promised: example ? promisedLines(example) : [] };
}

/** Packages that the example imports and the README does not install: hoisting would hide them here, but not from everybody. */
export function importsNotInstalled({ install, example }) {
  const installed = new Set(install.split(/\s+/).map((word) => word.replace(/(.)@.*$/, '$1')));
  return [...example.matchAll(/(?:from|import) '([^'.][^']*)'/g)]
    .map(([, module]) => module.replace(/^node:/, ''))
    .filter((module) => !builtinModules.includes(module))
    .map((module) => module.split('/', module.startsWith('@') ? 2 : 1).join('/'))
    .filter((name) => !installed.has(name));
}

/**
 * The comments behind `console.log(…);`, and lines of comment right after a loop that prints. What a comment says after a dash or an "or" is
 * for people.
 */
function promisedLines(example) {
  const lines = example.split('\n');
  return lines.flatMap((line, index) => {
    const told = /^(?:.*console\.log\(.*\); )?\/\/ (.*)$/.exec(line)?.[1];
    if (told === undefined) return [];
    const follows = /^(?:\}|\/\/)/.test(lines[index - 1] ?? '');
    return line.includes('console.log(') || follows ? [told] : [];
  });
}

/** Whether what was printed has every promised line, in order; a promise may be the beginning of a line. */
export function keepsPromises(printed, promised) {
  const lines = printed.trimEnd().split('\n');
  let at = 0;
  return promised.every((promise) => {
    const alternatives = promise.split(/, or /).map((one) => one.replace(/ after .*$/, '').replace(/^'(.*)'$/, '$1'));
    const found = lines.findIndex((line, index) => index >= at && alternatives.some((one) => line.startsWith(one)));
    at = found + 1;
    return found >= 0;
  });
}
