// gpt-talker-train gpt, gpt-talker-train vits: the two training stages.
import { InvalidArgumentError, type Command } from 'commander';
import type { LogEntry } from '@gpt-talker/train';

interface StageArguments {
  config: string;
  data: string;
  out: string;
  resume: boolean;
  codebook?: string;
  minutes?: number;
  threads?: number;
}

export function addStageCommands(program: Command): void {
  for (const [name, description] of [
    ['gpt', 'train ConGPT: semantic tokens from the conversation'],
    ['vits', 'train ConVITS: sound from semantic tokens'],
  ] as const) {
    const command = program
      .command(name)
      .description(description)
      .requiredOption('--config <file>', 'configuration of the voice')
      .requiredOption('--data <file>', 'prepared corpus, from the prepare command')
      .requiredOption('--out <directory>', 'folder of the run: checkpoints and log')
      .option('--resume', 'go on from the last checkpoint in the folder', false)
      .option('--minutes <number>', 'save and stop after so many minutes', positive)
      .option('--threads <number>', 'processor threads', positive)
      .action((options: StageArguments) => runStage(name, options));
    if (name === 'vits') command.option('--codebook <file>', 'speech codes of the data: where the embedding starts');
  }
}

async function runStage(
  name: 'gpt' | 'vits',
  { config, data, out, codebook, resume, minutes, threads }: StageArguments,
): Promise<void> {
  const { readVoiceConfig, trainGpt, trainVits } = await import('@gpt-talker/train');
  const train = name === 'gpt' ? trainGpt : trainVits;
  const stop = new AbortController();
  const onSignal = () => {
    console.error('stopping: saving the run');
    stop.abort();
  };
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const { position, finished } = await train(await readVoiceConfig(config), {
    prepared: data,
    directory: out,
    codebook,
    resume,
    maximumSeconds: minutes === undefined ? undefined : minutes * 60,
    signal: stop.signal,
    compile: { intraOpThreads: threads },
    onLog: (entry) => console.error(line(entry)),
  });
  console.log(
    `${out}: ${position.step} steps in ${(position.seconds / 60).toFixed(1)} minutes${finished ? '' : '; continue with --resume'}`,
  );
}

function line({ kind, step, seconds, learningRate, metrics }: LogEntry): string {
  const values = Object.entries(metrics).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
  const rate = learningRate === undefined ? [] : [`lr ${learningRate.toExponential(2)}`];
  return [kind.padEnd(10), `step ${step}`, `${seconds.toFixed(0)} s`, ...rate, ...values].join('  ');
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError('give a number above 0');
  return value;
}
