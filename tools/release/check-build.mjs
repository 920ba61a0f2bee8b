// Before `npm pack` and `npm publish`: refuses a package whose build is missing, which would be packed empty.
import { existsSync, readFileSync } from 'node:fs';

const { name, main, types, bin, exports: entries = {} } = JSON.parse(readFileSync('package.json', 'utf8'));
const named = [main, types, ...Object.values(bin ?? {}), ...filesOf(entries)].filter((file) => file?.includes('/dist/'));
const missing = [...new Set(named)].filter((file) => !existsSync(file));
if (missing.length > 0) {
  console.error(`${name}: ${missing[0]} is not built; run npm run build in the repository`);
  process.exitCode = 1;
}

function filesOf(entry) {
  return typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(filesOf);
}
