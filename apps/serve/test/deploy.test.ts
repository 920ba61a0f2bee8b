// The files under deploy/ name options, paths and variables: they are to exist.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { serveCommand } from '../src/commands/serve';

const folder = path.join(__dirname, '../deploy');
const options = serveCommand().options.map(({ long }) => long);

test.each(['Containerfile', 'gpt-talker.service', 'kubernetes.yaml'])('%s', (name) => {
  const text = readFileSync(path.join(folder, name), 'utf8').replace(/^#.*/gm, '');
  const lines = text.split('\n').filter((line) => /serve|args:.*--workers/.test(line) && !/npm|nx/.test(line));
  const named = lines.flatMap((line) => line.match(/--[a-z][a-z-]+/g) ?? []);
  expect(named.length).toBeGreaterThan(0);
  named.forEach((option) => expect(options).toContain(option));
});
