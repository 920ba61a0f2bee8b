// The end-to-end tests of the page, in a browser: they take as long as all others, and run beside them.
module.exports = require('../../tools/jest/end-to-end.cjs')(__dirname, {
  displayName: 'serve page',
  pattern: ['<rootDir>/test/page/*.e2e.test.ts'],
  name: 'e2e-page',
});
