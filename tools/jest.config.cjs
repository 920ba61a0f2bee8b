module.exports = require('./jest/preset.cjs')(__dirname, {
  pattern: ['<rootDir>/corpus/**/*.test.ts', '<rootDir>/evaluate/**/*.test.ts', '<rootDir>/release/**/*.test.ts'],
});
