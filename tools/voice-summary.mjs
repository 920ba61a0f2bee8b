// Condenses the training logs of a voice into one small JSON file that is committed with it.
// Usage: node tools/voice-summary.mjs RUN_DIRECTORY OUTPUT
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [run, output] = process.argv.slice(2);
const EVERY = 100;

function summarize(stage) {
  const entries = readFileSync(path.join(run, stage, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const round = (metrics) =>
    Object.fromEntries(Object.entries(metrics).map(([name, value]) => [name, Number(value.toPrecision(4))]));
  const points = (kind, keep) =>
    entries
      .filter((entry) => entry.kind === kind && keep(entry))
      .map(({ step, metrics }) => ({ step, ...round(metrics) }));
  const last = entries[entries.length - 1];
  return {
    steps: last.step,
    minutes: Math.round(last.seconds / 60),
    training: points('train', ({ step }) => step % EVERY === 0),
    validation: points('validation', () => true),
  };
}

writeFileSync(output, JSON.stringify({ gpt: summarize('gpt'), vits: summarize('vits') }, null, 1) + '\n');
