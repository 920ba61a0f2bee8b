// End-to-end tests, but for those of the page (jest.e2e-page.config.cjs).
module.exports = require('../../tools/jest/end-to-end.cjs')(__dirname, {
  displayName: 'serve e2e',
  pattern: ['<rootDir>/test/*.e2e.test.ts'],
});
