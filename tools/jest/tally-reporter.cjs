// Writes how many tests passed, failed and were skipped beside the package, so that one total can be printed for all packages.
const fs = require('node:fs');
const path = require('node:path');

module.exports = class TallyReporter {
  constructor(_globalConfig, options) {
    this.directory = path.join(options.directory, '.results');
    this.name = options.name ?? 'unit';
  }

  onRunComplete(_contexts, results) {
    const tally = {
      passed: results.numPassedTests,
      // A suite that cannot even start has no failed tests of its own, yet it failed.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    fs.mkdirSync(this.directory, { recursive: true });
    fs.writeFileSync(path.join(this.directory, `${this.name}.json`), JSON.stringify(tally) + '\n');
  }
};
