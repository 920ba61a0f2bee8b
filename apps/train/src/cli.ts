// gpt-talker-train: from a corpus to a voice. Each command is a file under commands/; this one only lists them.
import { Command } from 'commander';
import { addCollectCommand } from './commands/collect';
import { addEncoderCommand } from './commands/encoder';
import { addExportCommand } from './commands/export';
import { addPrepareCommand } from './commands/prepare';
import { addStageCommands } from './commands/stages';
import { reportFailure } from './failure';

const program = new Command('gpt-talker-train')
  .description('Prepares data, trains the two models of a voice and exports it.')
  .showHelpAfterError();
addCollectCommand(program);
addEncoderCommand(program);
addPrepareCommand(program);
addStageCommands(program);
addExportCommand(program);
program.parseAsync().catch(reportFailure);
