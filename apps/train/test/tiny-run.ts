// A corpus and a ConGPT so small that a step takes milliseconds, for tests of what becomes of runs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Writes `prepared.jsonl` and `config.yaml`. */
export function writeTinyRun(folder: string): void {
  const turn = (role: string, seed: number) => ({
    ...{ role, speaker: role, text: 'x', seconds: 0.4 },
    phonemes: [1 + (seed % 5), 2],
    tokens: Array.from({ length: 10 }, (_, i) => (seed + i) % 11),
  });
  const lines = Array.from({ length: 10 }, (_, d) =>
    JSON.stringify({
      id: `d${d}`,
      split: d % 5 === 4 ? 'validation' : 'train',
      turns: [turn('user', d), turn('agent', d + 1)],
    }),
  );
  writeFileSync(path.join(folder, 'prepared.jsonl'), lines.join('\n') + '\n');
  const config = {
    train: { seed: 1, epochs: 100_000, batch_size: 1 },
    optimizer: { kind: 'adamw', lr: 0.001, lr_init: 0.001, lr_end: 0.001, warmup_steps: 0, decay_steps: 10 },
    data: { max_positions: 40 },
    model: {
      ...{ vocab_size: 12, phoneme_vocab_size: 16, embedding_dim: 8, hidden_dim: 8, head: 2, linear_units: 16 },
      ...{ n_layer: 1, dropout: 0.1, EOS: 11, feature_width: 0 },
    },
  };
  writeFileSync(path.join(folder, 'config.yaml'), JSON.stringify(config));
}

/** The training steps in a run's log; none where there is no log yet. */
export function loggedSteps(directory: string): number[] {
  const file = path.join(directory, 'log.jsonl');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'train')
    .map(({ step }) => step);
}

export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
