// End-to-end tests: they run the built programs in fresh processes, so the bundles must be there (nx's `e2e` targets see to that).
const path = require('node:path');
const preset = require('./preset.cjs');

module.exports = (directory, { displayName, pattern = ['<rootDir>/test/**/*.e2e.test.ts'], name = 'e2e' }) => ({
  ...preset(directory, { pattern }),
  displayName,
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  reporters: ['default', [path.join(__dirname, 'tally-reporter.cjs'), { directory, name }]],
});
