// gpt-talker-train evaluate: a trained voice on held-out dialogues.
import type { Command } from 'commander';
import { configFile } from '../config-file';
import { UsageError } from '../failure';
import { whole } from './numbers';

interface EvaluateArguments {
  data: string;
  out: string;
  config?: string;
  gpt?: string;
  voice?: string;
  limit?: number;
  seed: number;
  threads?: number;
}

export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .description('score a checkpoint and an exported voice on held-out dialogues: table, JSON, page with players')
    .requiredOption('--data <path>', 'prepared corpus, from the prepare command')
    .requiredOption('--out <directory>', 'folder for evaluation.json and evaluation.html')
    .option('--config <file>', 'configuration that the checkpoint was trained with')
    .option('--gpt <file>', 'checkpoint of ConGPT: likelihood with its own history, another and none')
    .option('--voice <directory>', 'exported voice: speaks the replies, compared with the recordings')
    .option('--limit <number>', 'at most this many replies', whole)
    .option('--seed <number>', 'of what is drawn while speaking', Number, 0)
    .option('--threads <number>', 'processor threads', whole)
    .action(async ({ data, out, config, gpt, voice, limit, seed, threads }: EvaluateArguments) => {
      if (gpt === undefined && voice === undefined)
        throw new UsageError(
          'give --gpt and --config to score a checkpoint, --voice to let a voice speak, or all of them',
        );
      if ((gpt === undefined) !== (config === undefined))
        throw new UsageError(
          '--gpt and --config belong together: a checkpoint and the configuration that it was trained with',
        );
      const { evaluate, evaluationTable } = await import('@gpt-talker/train');
      const evaluation = await evaluate({
        prepared: data,
        output: out,
        ...(gpt !== undefined && config !== undefined && { gpt: { checkpoint: gpt, config: configFile(config) } }),
        ...{ voice, limit, seed, engine: { threads } },
        onProgress: (message) => console.error(message),
      });
      console.log(evaluationTable(evaluation));
      console.log(`${out}/evaluation.html`);
    });
}
