module.exports = require('./jest/preset.cjs')(__dirname, {
  pattern: [
    '<rootDir>/corpus/**/*.test.ts',
    '<rootDir>/docs/**/*.test.ts',
    '<rootDir>/evaluate/**/*.test.ts',
    '<rootDir>/release/**/*.test.ts',
  ],
});
