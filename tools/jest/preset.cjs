// The jest configuration that every package shares: TypeScript through swc, sources of sibling packages instead of their builds.
const path = require('node:path');

const root = path.resolve(__dirname, '../..');

// Other packages' tests run beside these; what counts threads is told.
process.env.OMP_NUM_THREADS ??= '1';

const swc = (syntax) => [
  require.resolve('@swc/jest'),
  { jsc: { parser: { syntax }, target: 'es2022' }, module: { type: 'commonjs' }, sourceMaps: 'inline' },
];
// Dependencies that come as ES modules only, which jest cannot require as they are.
const MODULE_ONLY = '@echogarden/';

module.exports = (directory, { pattern = ['<rootDir>/src/**/*.test.ts', '<rootDir>/test/**/*.test.ts'] } = {}) => ({
  rootDir: directory,
  displayName: path.basename(directory),
  testEnvironment: path.join(root, 'tools/jest/node-environment.cjs'),
  testMatch: pattern,
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '\\.e2e\\.test\\.ts$'],
  transform: {
    '^.+\\.[cm]?tsx?$': swc('typescript'),
    [`/node_modules/${MODULE_ONLY}.+\\.js$`]: swc('ecmascript'),
  },
  transformIgnorePatterns: [`/node_modules/(?!${MODULE_ONLY})`],
  moduleNameMapper: {
    '^@gpt-talker/audio/browser$': path.join(root, 'packages/audio/src/browser.ts'),
    '^@gpt-talker/(gpt|vits)/model$': path.join(root, 'packages/$1/src/model/index.ts'),
    '^@gpt-talker/tokenizer/(bert|hubert|speaker)$': path.join(root, 'packages/tokenizer/src/$1/index.ts'),
    '^@gpt-talker/dataset/collect$': path.join(root, 'packages/dataset/src/collect/index.ts'),
    '^@gpt-talker/train/export$': path.join(root, 'packages/train/src/voice/export/index.ts'),
    '^@gpt-talker/((?!voice-|onnxruntime$)[^/]+)$': path.join(root, 'packages/$1/src/index.ts'),
  },
  reporters: [
    ['default', { summaryThreshold: 0 }],
    [path.join(root, 'tools/jest/tally-reporter.cjs'), { directory }],
  ],
  maxWorkers: 1,
  // A test that fails before it frees its worker threads must fail the run, not hold it for ever.
  forceExit: true,
  testTimeout: 60_000,
  passWithNoTests: true,
});
