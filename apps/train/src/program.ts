// The commands of gpt-talker-train. Each is a file under commands/; this one only lists them.
import { Command } from 'commander';
import { version } from '../package.json';
import { addAlignCommand } from './commands/align';
import { addCollectCommand } from './commands/collect';
import { addConfigCommand } from './commands/config';
import { addEncoderCommand } from './commands/encoder';
import { addEvaluateCommand } from './commands/evaluate';
import { addExportCommand } from './commands/export';
import { addExportUpstreamCommand } from './commands/export-upstream';
import { addPrepareCommand } from './commands/prepare';
import { addStageCommands } from './commands/stages';
import { addWorkerCommand } from './commands/worker';

export function createProgram(): Command {
  // Settings come first: commands inherit them when they are added.
  const program = new Command('gpt-talker-train')
    .description('Prepares data, trains the two models of a voice, evaluates and exports it.')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) =>
        write(
          `gpt-talker-train: ${text
            .replace(/^error: /, '')
            .trim()
            .replace(/\s*\n\s*/g, ' ')}\n`,
        ),
    });
  addCollectCommand(program);
  addConfigCommand(program);
  addEncoderCommand(program);
  addPrepareCommand(program);
  addWorkerCommand(program);
  addStageCommands(program);
  addEvaluateCommand(program);
  addExportCommand(program);
  addExportUpstreamCommand(program);
  addAlignCommand(program);
  return program;
}
