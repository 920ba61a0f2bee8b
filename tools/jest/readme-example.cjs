// Runs a README's TypeScript example inside a jest test, so that what readers copy keeps working.
const fs = require('node:fs');
const path = require('node:path');
const { transformSync } = require('@swc/core');

/** The n-th ```ts block of `directory`/README.md as CommonJS, with top-level await. */
function readmeExample(directory, { block = 1 } = {}) {
  const readme = fs.readFileSync(path.join(directory, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((match) => match[1]);
  if (!blocks[block - 1]) throw new Error(`${directory}/README.md has no ts block number ${block}`);
  return transformSync(blocks[block - 1], {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  }).code;
}
exports.readmeExample = readmeExample;

/**
 * Runs the n-th ```ts block of `directory`/README.md as a module with top-level await; resolves to what it logged, line by line.
 * `require` is the test's own, so that package names mean what they mean in tests.
 */
exports.runReadmeExample = async (directory, require, options) => {
  const lines = [];
  const log = (...values) => lines.push(values.join(' '));
  const AsyncFunction = (async () => {}).constructor;
  const code = readmeExample(directory, options);
  await new AsyncFunction('require', 'exports', 'console', code)(require, {}, { ...console, log });
  return lines;
};
