// Stage 1 as upstream's keys describe it: ConGPT on a prepared corpus, anew or from a checkpoint, whole or through adapters.
import path from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import type { SequenceLayout } from '@gpt-talker/context';
import { ExampleTable, openPrepared, type PreparedCorpus } from '@gpt-talker/dataset';
import type { ConGptInputs } from '@gpt-talker/gpt/model';
import { Noise } from '@gpt-talker/nn';
import { float32 } from '@gpt-talker/runtime';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { GptConfig } from '../config';
import { compileOptions, createEngine } from '../engine/create-engine';
import type { Batch } from '../engine/engine';
import { Evaluator } from '../engine/evaluator';
import { describeInitialization, initializeFrom } from '../run/initialize';
import { isLoraParameter } from '../engine/lora';
import { countNoise, stepNoise } from '../engine/noise';
import { AdamW } from '../engine/optimizers/adamw';
import type { Optimizer } from '../engine/optimizers/optimizer';
import { ScaledAdam } from '../engine/optimizers/scaled-adam';
import { run, type RunResult } from '../run/run';
import { warmupCosine } from '../engine/schedules';
import { gptBatchSpecs, gptLoss } from './loss';
import { exampleName, GptEpochs, readSegments, type BatchPlan } from './epochs';
import { packSegments } from './rows';
import { TrainingState } from '../engine/state';
import { SHARE, type StepDefinition } from '../engine/step';
import { RunWatch } from '../run/watch/run-watch';
import { createConGpt, type ConGptOfConfig } from './model';
import type { TrainingOptions } from '../run/training-options';

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export async function trainConGpt(config: GptConfig, options: TrainingOptions): Promise<RunResult> {
  const { train, data, model: sizes } = config;
  const shape = { rows: train.batch_size, positions: data.max_positions };
  const layout: SequenceLayout = { order: sizes.order, textMask: sizes.text_mask };
  const made = createConGpt(config);
  const { store, model } = made;
  if (options.init !== undefined && !options.resume) {
    const report = await initializeFrom(options.init, store, { among: (name) => !isLoraParameter(name) });
    describeInitialization(options.init, report).forEach((line) => options.onMessage?.(line));
  }
  const corpus = await openPrepared(options.prepared);
  const directory = path.resolve(options.directory);
  const watch = await RunWatch.open(directory);
  const closing: { dispose(): Promise<void> }[] = [];
  try {
    const epochs = await epochsOf(corpus, config, 'train');
    const heldOut = (await epochsOf(corpus, config, 'validation')).heldOut(data.max_eval_sample);
    const specs = gptBatchSpecs(model, shape);
    const forward = (batch: Record<string, tf.Tensor>, noise: Noise) =>
      model.forward(batch as unknown as ConGptInputs, noise);
    const noiseCount = countNoise(specs, forward);
    const step = congptStep(made, config, specs, noiseCount);
    const state = TrainingState.takeFrom(store, [step]);
    const engine = await createEngine(step, state, options.engine);
    closing.push(engine);
    const metrics = (batch: Record<string, tf.Tensor>) => ({ ...adapted(made, () => gptLoss(model, batch)) });
    const evaluator = await Evaluator.create(
      { store, batch: specs, metrics },
      state,
      compileOptions(options.engine ?? {}),
    );
    closing.push(evaluator);
    const pack = async (plan: BatchPlan) =>
      packSegments(
        await Promise.all(
          plan.map((row) => Promise.all(row.map((example) => readSegments(corpus, example, sizes.feature_width)))),
        ),
        shape,
        layout,
        model.config,
      );
    const totalSteps = Math.min(options.totalSteps ?? Infinity, epochs.stepsOf(train.epochs));
    let names: string[] = [];
    const result = await run({
      directory,
      state,
      engine,
      resume: options.resume,
      signal: options.signal,
      maximumSeconds: options.maximumSeconds,
      saveEverySteps: options.saveEverySteps ?? train.save_every_steps,
      keepLast: options.keepLast ?? train.keep_last,
      logEverySteps: options.logEverySteps,
      validateEverySteps: options.validateEverySteps,
      totalSteps,
      schedule: warmupCosine({
        initial: config.optimizer.lr_init,
        peak: config.optimizer.lr,
        end: config.optimizer.lr_end,
        warmupSteps: config.optimizer.warmup_steps,
        totalSteps: config.optimizer.decay_steps,
      }),
      batch: async (position) => {
        const { batches } = epochs.at(position);
        names = await Promise.all(batches.flat(2).map((example) => exampleName(corpus, example)));
        return Promise.all(
          batches.map(async (plan, index): Promise<Batch> => {
            const packed = await pack(plan);
            const noise = stepNoise(train.seed, `dropout/${index}`, position, noiseCount);
            return {
              ...packed,
              noise,
              ...(step.accumulates && { [SHARE]: float32(Float32Array.of(targetsOf(packed)), []) }),
            };
          }),
        );
      },
      describe: () => names,
      work: { unit: 'tokens', of: (batches) => batches.reduce((sum, batch) => sum + targetsOf(batch), 0) },
      validate: async () => evaluator.meanOverTargets(await Promise.all(heldOut.map(pack))),
      onLog: async (entry) => {
        await watch.log(entry);
        options.onLog?.(entry);
      },
    });
    return result;
  } finally {
    for (const part of closing) await part.dispose();
    await watch.close(`ConGPT: ${path.basename(directory)}`);
    await corpus.close();
  }
}

async function epochsOf(
  corpus: PreparedCorpus,
  { train, data }: GptConfig,
  split: 'train' | 'validation',
): Promise<GptEpochs> {
  const examples = await ExampleTable.build(corpus, { split, stage: 'gpt', roles: data.roles });
  return new GptEpochs(examples, {
    seed: train.seed,
    rows: train.batch_size,
    positions: data.max_positions,
    historyShares: data.history_shares,
    accumulate: train.accumulate,
  });
}

/** Masked cross-entropy with dropout; ScaledAdam clips by itself, AdamW by the global norm. */
export function congptStep(
  made: ConGptOfConfig,
  { train, optimizer }: GptConfig,
  specs: readonly InputSpec[],
  noiseCount: number,
): StepDefinition {
  const { store, model, lora } = made;
  return {
    store,
    optimizer: optimizerOf(optimizer),
    clipNorm: optimizer.kind === 'adamw' ? train.gradient_clip : undefined,
    // With adapters the role embedding is trained as well: checkpoints of others do not have one.
    parameters: lora && [...lora.parameters, ...store.names().filter((name) => name.endsWith('role_embedding.weight'))],
    accumulates: train.accumulate > 1,
    batch: [...specs, { name: 'noise', shape: [Math.max(1, noiseCount)] }],
    loss: (batch) =>
      adapted(made, () => {
        const { loss, top1, top3 } = gptLoss(model, batch, new Noise(batch.noise as tf.Tensor1D));
        return { loss, metrics: { top1, top3 } };
      }),
  };
}

function optimizerOf(options: GptConfig['optimizer']): Optimizer {
  const [beta1, beta2] = options.betas;
  return options.kind === 'adamw'
    ? new AdamW({ beta1, beta2, weightDecay: options.weight_decay, decays: (_, { length }) => length > 1 })
    : new ScaledAdam({
        beta1,
        beta2,
        clippingScale: options.clipping_scale,
        clippingUpdatePeriod: options.clipping_update_period,
      });
}

const adapted = <T>({ lora }: ConGptOfConfig, compute: () => T): T => (lora ? lora.bind(compute) : compute());

const targetsOf = ({ weights }: Batch): number =>
  (weights.data as Float32Array).reduce((sum, weight) => sum + weight, 0);
