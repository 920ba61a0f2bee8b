// Proof that ConGPT and its training are right on real data: five DailyTalk dialogues with their real semantic tokens are learnt by
// heart, to at least 99 % accuracy, every token after its whole conversation. Run: npm run check:overfit [-- FOLDER]
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Segment } from '@gpt-talker/context';
import { openPrepared } from '@gpt-talker/dataset';
import { packSequences } from '@gpt-talker/gpt/model';
import { conGptRecipeOf, gptConfigSchema } from '../src/config/gpt-config';
import { TracedEngine, type Batch } from '../src/engine/engine';
import { warmupCosine } from '../src/engine/schedules';
import { TrainingState } from '../src/engine/state';
import { createConGpt } from '../src/congpt/model';
import { conGptStep } from '../src/congpt/objective';

const DATA = process.argv[2] ?? path.join(__dirname, '../../../../shared/data/dailytalk-sample/processed');
const WANTED = 0.99;
const MOST_STEPS = 600;

const config = gptConfigSchema.parse({
  train: { seed: 1, epochs: 1, batch_size: 5 },
  optimizer: {
    kind: 'adamw',
    lr: 0.002,
    lr_init: 0.0001,
    lr_end: 0.0002,
    warmup_steps: 20,
    decay_steps: MOST_STEPS,
    weight_decay: 0,
  },
  data: {},
  model: {
    ...{ vocab_size: 1025, phoneme_vocab_size: 512, embedding_dim: 192, hidden_dim: 192, head: 4, linear_units: 768 },
    ...{ n_layer: 3, dropout: 0, EOS: 1024, feature_width: 0 },
  },
});

/** Every dialogue as one sequence T1 A1 … Tn An in which every turn is learnt; one batch a dialogue, of its own length. */
async function readBatches(): Promise<{ name: string; batch: Batch }[]> {
  const corpus = await openPrepared(DATA);
  const batches: { name: string; batch: Batch }[] = [];
  for await (const { id, turns } of corpus.dialogues()) {
    const segments = turns.flatMap(({ role, phonemes, tokens }): Segment[] => [
      { kind: 'text', role, phonemes: Int32Array.from(phonemes) },
      { kind: 'speech', role, tokens: Int32Array.from(tokens) },
    ]);
    const packed = packSequences([segments], {
      ...{
        order: 'interleaved',
        textMask: 'causal',
        endOfSpeech: config.model.EOS,
        targets: 'every-turn',
        featureWidth: 0,
      },
    });
    batches.push({ name: id, batch: packed as unknown as Batch });
  }
  await corpus.close();
  return batches;
}

async function main(): Promise<void> {
  if (!existsSync(DATA)) throw new Error(`${DATA} is not there: give the folder of the processed DailyTalk sample`);
  const batches = await readBatches();
  const targets = batches.map(({ batch }) =>
    (batch.weights.data as Float32Array).reduce((sum, weight) => sum + weight, 0),
  );
  const recipe = conGptRecipeOf(config);
  const made = createConGpt(recipe);
  const step = conGptStep(made, recipe);
  const state = TrainingState.takeFrom(made.store, [step]);
  const engine = await TracedEngine.create(step, state);
  const { lr: peak, lr_init: initial, lr_end: end, warmup_steps: warmupSteps } = config.optimizer;
  const schedule = warmupCosine({ peak, initial, end, warmupSteps, totalSteps: MOST_STEPS });
  const all = targets.reduce((sum, count) => sum + count, 0);
  console.log(`${batches.length} dialogues, ${all} tokens to learn, ${made.store.size} weights`);
  const begun = performance.now();
  const right = new Map<string, number>();
  for (let at = 0; at < MOST_STEPS; at++) {
    const index = at % batches.length;
    const { loss, top1 } = await engine.step(batches[index].batch, at + 1, schedule(at));
    right.set(batches[index].name, top1 * targets[index]);
    if (index !== batches.length - 1) continue;
    // Of the predictions that each dialogue's step was made from: the weights after them are later still.
    const accuracy = [...right.values()].reduce((sum, count) => sum + count, 0) / all;
    const seconds = ((performance.now() - begun) / 1000).toFixed(0);
    if (at % 50 === 49 || accuracy >= WANTED)
      console.log(`step ${at + 1}  ${seconds} s  loss ${loss.toFixed(4)}  accuracy ${(100 * accuracy).toFixed(2)} %`);
    if (accuracy >= WANTED) {
      await engine.dispose();
      return;
    }
  }
  throw new Error(`accuracy is below ${100 * WANTED} % after ${MOST_STEPS} steps`);
}

main().catch((error: Error) => {
  console.error(`check:overfit: ${error.message}`);
  process.exitCode = 1;
});
