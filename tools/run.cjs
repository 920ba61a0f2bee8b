// Runs a TypeScript program of this repository from its sources: node tools/run.cjs FILE [ARGUMENTS]
// Packages resolve to their sources through tsconfig.base.json, and are loaded as CommonJS, so that `__dirname` means there
// what it means in the builds and in the tests.
const path = require('node:path');

process.env.TSX_TSCONFIG_PATH ??= path.join(__dirname, '..', 'tsconfig.base.json');
require('tsx/cjs/api').register();
const [file, ...rest] = process.argv.slice(2);
process.argv = [process.argv[0], path.resolve(file), ...rest];
require(process.argv[1]);
