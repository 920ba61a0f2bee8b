#!/usr/bin/env node
// npm links a program only if its file is there when it installs, so this one is committed; the program itself is built.
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli.js', import.meta.url);
const [major] = process.versions.node.split('.');
if (Number(major) < 20) fail(`needs Node 20 or later, but this is ${process.version}`);
else if (!existsSync(program)) fail('is not built; run npm run bundle in the repository');
else await import(program.href);

function fail(what) {
  console.error(`gpt-talker: ${what}`);
  process.exitCode = 1;
}
