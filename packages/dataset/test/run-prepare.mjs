// Prepares a corpus with the built package: node test/run-prepare.mjs OPTIONS-AS-JSON. Prints the report, or the error and its code.
import { prepare } from '../dist/index.js';

try {
  const { dialogues, turns } = await prepare(JSON.parse(process.argv[2]));
  console.log(JSON.stringify({ dialogues, turns }));
} catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message }));
  process.exitCode = 2;
}
