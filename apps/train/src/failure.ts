// How a command fails: one line on stderr. What the user can mend exits with 2, everything else with 1.
import { CommanderError } from 'commander';

const EXPECTED = [
  'DatasetError',
  'VoiceConfigError',
  'TrainingCheckpointError',
  'AudioFileError',
  'CheckpointError',
  'NonFiniteLossError',
  'UsageError',
  'TrainingDataError',
  'RunFolderError',
  'TrainingDivergedError',
  'EngineUnavailableError',
  'VoiceFileError',
  'ImportError',
  'ModelFolderError',
  'ConVitsConfigError',
  'ParallelError',
];

/** Something about the arguments that commander cannot see. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

export function reportFailure(error: unknown): void {
  // Commander has printed what is wrong with the arguments, or the help that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const { name, message, code } =
    error instanceof Error
      ? (error as NodeJS.ErrnoException)
      : { name: 'Error', message: String(error), code: undefined };
  const expected = EXPECTED.includes(name) || code === 'ENOENT' || code === 'EACCES';
  process.stderr.write(`gpt-talker-train: ${message.split('\n')[0]}\n`);
  if (!expected && process.env.GPT_TALKER_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = expected ? 2 : 1;
}
