// Prints the recordings that give the embedded voice its default timbre, one `role=file=text` a line: for each role the
// first plain turn of 2.5 to 4 seconds in the training part of a corpus. Usage: node tools/voice-references.mjs MANIFEST
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const manifest = process.argv[2];
const found = new Map();
for await (const line of createInterface({ input: createReadStream(manifest) })) {
  const { split, turns } = JSON.parse(line);
  if (split !== 'train') continue;
  for (const { role, style, seconds, audio, text } of turns) {
    if (found.has(role) || style !== 'plain' || seconds < 2.5 || seconds > 4) continue;
    found.set(role, `${role}=${path.join(path.dirname(manifest), audio)}=${text}`);
  }
  if (found.size === 2) break;
}
console.log([...found.values()].join('\n'));
