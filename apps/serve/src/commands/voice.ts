// gpt-talker voice: makes voices, says what is in them, and checks them.
import { Command } from 'commander';
import { checkCommand } from './voice-check';
import { importCommand } from './voice-import';
import { infoCommand } from './voice-info';

export function voiceCommand(): Command {
  return new Command('voice')
    .description('Makes voices, shows them, checks them.')
    .addCommand(importCommand())
    .addCommand(infoCommand())
    .addCommand(checkCommand());
}
