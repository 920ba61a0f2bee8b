// gpt-talker: answer a conversation aloud. Each command is a file under commands/; what a command needs is loaded when it runs,
// so that `--help` and mistakes cost nothing.
import { Command, CommanderError } from 'commander';
import { phonemesCommand } from './commands/phonemes';
import { serveCommand } from './commands/serve';
import { talkCommand } from './commands/talk';
import { voiceCommand } from './commands/voice';
import { UsageError, reportError } from './report-error';
import { packageVersion } from './own-package';

async function main(): Promise<void> {
  // A reader such as `head` may close the pipe early; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  const program = new Command('gpt-talker')
    .description('Answers a conversation aloud, in a style that fits it.')
    .version(packageVersion())
    .exitOverride()
    // Mistakes are reported in one place, below.
    .configureOutput({ outputError: () => {} })
    .addCommand(talkCommand())
    .addCommand(phonemesCommand())
    .addCommand(serveCommand())
    .addCommand(voiceCommand());
  inheritSettings(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return;
    const what =
      error.code === 'commander.help'
        ? 'no command was given'
        : error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    throw new UsageError(`${what}; see ${['gpt-talker', ...namedCommand(program)].join(' ')} --help`);
  }
}

/** Settings of the program hold for its commands, and for theirs. */
function inheritSettings(parent: Command): void {
  for (const command of parent.commands) inheritSettings(command.copyInheritedSettings(parent));
}

/** The command that was asked for, as far as it is one. */
function namedCommand(program: Command): string[] {
  const names: string[] = [];
  let command: Command | undefined = program;
  for (const word of process.argv.slice(2)) {
    command = command.commands.find((known) => known.name() === word);
    if (!command) break;
    names.push(word);
  }
  return names;
}

main().catch((error: unknown) => {
  process.exitCode = reportError(error);
});
