// Writes made-up weights of the published size: npm run weights:made-up -- --version v2Pro --out FOLDER [--seed N]
import { parseArgs } from 'node:util';
import { VERSIONS, writeFullSize } from './made-up-weights';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { version: { type: 'string' }, out: { type: 'string' }, seed: { type: 'string', default: '1' } },
  });
  const version = VERSIONS.find((known) => known === values.version);
  if (!version || !values.out || !Number.isInteger(Number(values.seed))) {
    console.error(`usage: --version ${VERSIONS.join('|')} --out FOLDER [--seed NUMBER]`);
    process.exitCode = 2;
    return;
  }
  for (const [part, file] of Object.entries(await writeFullSize(values.out, version, { seed: Number(values.seed) })))
    console.log(`${part.padEnd(8)}${file}`);
}

void main();
