// gpt-talker-train export-upstream: a training checkpoint as GPT-SoVITS and GPT-Talker load it.
import type { Command } from 'commander';
import { configFile } from '../config-file';
import { UsageError } from '../failure';

interface ExportUpstreamArguments {
  config: string;
  checkpoint: string;
  out: string;
  info?: string;
}

export function addExportUpstreamCommand(program: Command): void {
  program
    .command('export-upstream')
    .description("write a checkpoint in upstream's format: .ckpt (ConGPT) or .pth (ConVITS)")
    .requiredOption('--config <file>', "configuration that it was trained with, in upstream's keys")
    .requiredOption('--checkpoint <file>', 'checkpoint of a run')
    .option('--info <text>', 'what upstream shows of the checkpoint')
    .requiredOption('--out <file>', 'file to write')
    .action(async ({ config, checkpoint, out, info }: ExportUpstreamArguments) => {
      const { readStageConfig } = await import('@gpt-talker/train');
      const { exportUpstreamGpt, exportUpstreamVits } = await import('@gpt-talker/train/export');
      const stage = await readStageConfig(configFile(config));
      if (stage.kind === 'voice')
        throw new UsageError(
          `${config}: configures a voice of its own make, which upstream has no model for; export it with export`,
        );
      const options = { checkpoint, output: out, info };
      const { names, extra } =
        stage.kind === 'gpt'
          ? await exportUpstreamGpt(stage.config, options)
          : await exportUpstreamVits(stage.config, options);
      const beside = extra.length > 0 ? `; beside them, under gpt_talker: ${extra.join(', ')}` : '';
      console.log(`${out}: ${names.length} weights in half precision${beside}`);
    });
}
