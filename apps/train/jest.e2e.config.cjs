// End-to-end tests: they run the built programs in fresh processes, so the bundles must be there (`npx nx e2e app-train` sees to that).
const path = require('node:path');
const preset = require('../../tools/jest/preset.cjs')(__dirname, { pattern: ['<rootDir>/test/**/*.e2e.test.ts'] });

module.exports = {
  ...preset,
  displayName: 'train e2e',
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  reporters: [
    'default',
    [path.resolve(__dirname, '../../tools/jest/tally-reporter.cjs'), { directory: __dirname, name: 'e2e' }],
  ],
};
