// What is wrong with a command of one of our programs: asked of the program itself, which is not run.
/* eslint-disable @nx/enforce-module-boundaries -- programs export nothing; what they understand is in their sources */
import { Command, type Option } from 'commander';
import { phonemesCommand } from '../../apps/serve/src/commands/phonemes';
import { serveCommand } from '../../apps/serve/src/commands/serve';
import { talkCommand } from '../../apps/serve/src/commands/talk';
import { voiceCommand } from '../../apps/serve/src/commands/voice';
import { createProgram as createTrainProgram } from '../../apps/train/src/program';
import { isPlaceholder } from './commands';

const talker = new Command('gpt-talker').version('0');
for (const command of [talkCommand(), phonemesCommand(), serveCommand(), voiceCommand()]) talker.addCommand(command);

export const OUR_PROGRAMS: Record<string, Command> = { 'gpt-talker': talker, 'gpt-talker-train': createTrainProgram() };

/** Every option of a program's commands, such as `--out`. */
export function optionsOf(program: Command): string[] {
  return [...program.options.flatMap(({ long }) => long ?? []), ...program.commands.flatMap(optionsOf)];
}

/** @returns what is wrong, undefined where nothing is. A command that is not `whole` may leave out what is needed. */
export function misuse(program: Command, words: readonly string[], whole: boolean): string | undefined {
  const [first, ...rest] = words;
  const subcommand = program.commands.find((known) => known.name() === first);
  if (subcommand) return misuse(subcommand, rest, whole);
  if (program.commands.length > 0 && first !== undefined && !first.startsWith('-')) {
    return isPlaceholder(first) ? undefined : `${program.name()} has no command ${first}`;
  }
  const given: Option[] = [];
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [name, inline] = words[at].split('=', 2);
    if (!name.startsWith('-')) {
      operands.push(words[at]);
      continue;
    }
    if (['--help', '-h'].includes(name)) return undefined;
    const option = program.options.find(({ long, short }) => name === long || name === short);
    if (!option) return `${program.name()} has no option ${name}`;
    given.push(option);
    if (option.isBoolean()) continue;
    const values: string[] = inline === undefined ? [] : [inline];
    while (inline === undefined && words[at + 1] !== undefined && !words[at + 1].startsWith('-')) {
      values.push(words[++at]);
      if (!option.variadic) break;
    }
    if (values.length === 0 && option.required && whole) return `${name} needs a value`;
    for (const value of values) {
      const wrong = wrongValue(option, value);
      if (wrong !== undefined) return wrong;
    }
  }
  if (!whole) return undefined;
  const missing = program.options.find((option) => option.mandatory && !given.includes(option));
  if (missing && missing.defaultValue === undefined) return `${program.name()} needs ${missing.flags}`;
  const needed = program.registeredArguments.filter(({ required }) => required).length;
  const most = program.registeredArguments.some(({ variadic }) => variadic)
    ? Infinity
    : program.registeredArguments.length;
  if (operands.length < needed || operands.length > most) {
    return `${program.name()} does not take ${operands.length} arguments: ${operands.join(' ')}`;
  }
  return undefined;
}

function wrongValue({ argChoices, parseArg, flags, defaultValue }: Option, value: string): string | undefined {
  for (const one of value.split('|')) {
    if (isPlaceholder(one)) continue;
    if (argChoices && !argChoices.includes(one)) return `${flags} does not take ${one}`;
    try {
      // What may be repeated adds to a list.
      parseArg?.(one, defaultValue ?? []);
    } catch (error) {
      return `${flags} does not take ${one}: ${(error as Error).message}`;
    }
  }
  return undefined;
}
