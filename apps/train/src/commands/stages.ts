// gpt-talker-train gpt, gpt-talker-train vits: the two training stages, of a voice or in upstream's keys.
import { constants } from 'node:os';
import { Option, type Command } from 'commander';
import type { EngineKind, Provider, Ranks, Recipes, RunResult, Wire } from '@gpt-talker/train';
import { configFile } from '../config-file';
import { UsageError } from '../failure';
import { LiveLine } from '../live-line';
import { count, positive, whole } from './numbers';
import { asRank } from './ranks';

interface StageArguments {
  config: string;
  data: string;
  out: string;
  resume: boolean;
  overwrite: boolean;
  init?: string;
  initDiscriminators?: string;
  codebook?: string;
  engine: EngineKind;
  provider: Provider;
  minutes?: number;
  steps?: number;
  saveEvery?: number;
  logEvery?: number;
  keep?: number;
  threads?: number;
  wire: Wire;
  buckets: number;
  prefetch?: number;
}

type StageName = 'gpt' | 'vits';

export function addStageCommands(program: Command): void {
  for (const [name, description] of [
    ['gpt', 'train ConGPT: semantic tokens from the conversation'],
    ['vits', 'train ConVITS: sound from semantic tokens'],
  ] as const) {
    const command = program
      .command(name)
      .description(description)
      .requiredOption(
        '--config <file>',
        "configuration of a voice, or of the stage in upstream's keys: a file, or a name that the config command lists",
      )
      .requiredOption('--data <path>', 'prepared corpus, from the prepare command')
      .requiredOption('--out <directory>', 'folder of the run: checkpoints, log, events, report')
      .option('--resume', 'go on from the last checkpoint in the folder', false)
      .option('--overwrite', 'replace the run that is in the folder', false)
      .option('--init <file>', 'weights to begin with: a checkpoint of GPT-SoVITS, GPT-Talker or of this program')
      .addOption(
        new Option('--engine <name>', 'what computes the steps')
          .choices(['onnx', 'tfjs', 'tfjs-node-gpu'])
          .default('onnx'),
      )
      .addOption(
        new Option('--provider <name>', 'where the onnx engine computes')
          .choices(['cpu', 'webgpu', 'cuda'])
          .default('cpu'),
      )
      .option('--minutes <number>', 'save and stop after this many minutes', positive)
      .option('--steps <number>', 'stop after this many steps in all', whole)
      .option('--save-every <steps>', 'steps between two checkpoints', whole)
      .option('--log-every <steps>', 'steps between two lines of the log', whole)
      .option('--keep <number>', 'checkpoints to keep besides the last and the best', whole)
      .option('--threads <number>', 'processor threads', whole)
      .addOption(
        new Option('--wire <type>', 'under mpirun: what gradients are between ranks')
          .choices(['float32', 'float16'])
          .default('float32'),
      )
      .option(
        '--buckets <number>',
        'under mpirun: parts of gradients that are sent while others are computed',
        whole,
        1,
      )
      .option('--prefetch <steps>', 'steps whose batches another thread makes ahead; 0: none (default: 2)', count)
      .action((options: StageArguments) => runStage(name, options));
    if (name === 'vits') {
      command
        .option('--init-discriminators <file>', "weights of the discriminators to begin with (upstream's s2D)")
        .option('--codebook <file>', 'speech codes of the data: where the embedding of a voice starts');
    }
  }
}

async function runStage(name: StageName, options: StageArguments): Promise<void> {
  const stop = new AbortController();
  await asRank(
    options,
    () => stop.abort(),
    (ranks) => trainAsRank(name, options, stop, ranks),
  );
}

async function trainAsRank(
  name: StageName,
  options: StageArguments,
  stop: AbortController,
  ranks: Ranks | undefined,
): Promise<void> {
  const { readRecipes } = await import('@gpt-talker/train');
  const recipes = await readRecipes(configFile(options.config));
  const line = new LiveLine(process.stderr);
  let stopped: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    line.say('stopping: saving the run');
    stopped = 128 + constants.signals[signal];
    stop.abort();
  };
  process.once('SIGINT', onSignal);
  if (!ranks) process.once('SIGTERM', onSignal);
  try {
    const { position, finished } = await train(name, recipes, options, stop.signal, line, ranks);
    line.end();
    if (ranks?.isFirst ?? true)
      console.log(
        `${options.out}: ${position.step} steps in ${(position.seconds / 60).toFixed(1)} minutes${finished ? '' : '; continue with --resume'}`,
      );
    // As the shell reports it of a program that a signal ended.
    if (stopped !== undefined) process.exitCode = stopped;
  } finally {
    line.end();
    process.removeListener('SIGINT', onSignal).removeListener('SIGTERM', onSignal);
  }
}

async function train(
  name: StageName,
  recipes: Recipes,
  options: StageArguments,
  signal: AbortSignal,
  line: LiveLine,
  ranks: Ranks | undefined,
): Promise<RunResult> {
  const { trainConGpt, trainConVits } = await import('@gpt-talker/train');
  const common = {
    prepared: options.data,
    directory: options.out,
    resume: options.resume,
    overwrite: options.overwrite,
    init: options.init,
    totalSteps: options.steps,
    maximumSeconds: options.minutes === undefined ? undefined : options.minutes * 60,
    saveEverySteps: options.saveEvery,
    logEverySteps: options.logEvery,
    keepLast: options.keep,
    prefetch: options.prefetch,
    signal,
    ranks,
    engine: { engine: options.engine, provider: options.provider, threads: options.threads },
    onLog: line.show.bind(line),
    onMessage: (message: string) => (ranks && !ranks.isFirst ? undefined : line.say(message)),
  };
  if (name === 'gpt' && recipes.gpt) return trainConGpt(recipes.gpt, common);
  if (name === 'vits' && recipes.vits) {
    const { initDiscriminators, codebook } = options;
    return trainConVits(recipes.vits, { ...common, initDiscriminators, codebook });
  }
  const other = name === 'gpt' ? 'vits' : 'gpt';
  throw new UsageError(
    `${options.config}: configures stage '${other}', the command is '${name}'; run gpt-talker-train ${other}`,
  );
}
