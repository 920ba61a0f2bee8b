// Before `npm pack` and `npm publish`, in the package's folder: refuses what would be packed without its build, and of publishing by hand
// what npm run release would refuse.
import { checkBuilt, checkNew, checkTree } from './checks.mjs';
import { main, readManifest } from './packages.mjs';
import { PUBLISHING } from './publish.mjs';

await main(() => {
  const manifest = readManifest(process.cwd());
  checkBuilt(manifest, process.cwd());
  if (process.env.npm_command !== 'publish' || process.env[PUBLISHING]) return;
  checkTree();
  checkNew(manifest);
});
