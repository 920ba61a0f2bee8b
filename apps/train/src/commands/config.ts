// gpt-talker-train config: the configurations that come with the program, to look at and to begin one's own with.
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { configFile, packagedConfigs } from '../config-file';

export function addConfigCommand(program: Command): void {
  program
    .command('config')
    .description('list the configurations that --config knows by name, or print one')
    .argument('[name]', 'print it, for example into a file of your own to change')
    .action(async (name?: string) => {
      process.stdout.write(
        name === undefined ? packagedConfigs().join('\n') + '\n' : await readFile(configFile(name), 'utf8'),
      );
    });
}
