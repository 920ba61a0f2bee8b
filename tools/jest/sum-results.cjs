// Prints one line, 'N passed, N failed, N skipped', summed over every package's .results folder.
const fs = require('node:fs');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const folders = ['packages', 'apps']
  .flatMap((group) => fs.readdirSync(path.join(root, group)).map((name) => path.join(root, group, name)))
  .concat(path.join(root, 'tools'));
const total = { passed: 0, failed: 0, skipped: 0 };
for (const folder of folders) {
  const results = path.join(folder, '.results');
  if (!fs.existsSync(results)) continue;
  for (const file of fs.readdirSync(results).filter((name) => name.endsWith('.json'))) {
    const tally = JSON.parse(fs.readFileSync(path.join(results, file), 'utf8'));
    for (const key of Object.keys(total)) total[key] += tally[key];
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
