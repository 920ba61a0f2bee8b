// @gpt-talker/train, for the commands that need a model's definition: it brings TensorFlow.js, which those who only speak do without, and so
// is installed by those who import voices.
import type * as TrainExport from '@gpt-talker/train/export';
import { UsageError } from '../report-error';

/** @param what needs it, for the error. @throws UsageError where it is not installed */
export async function loadTrain(what: string): Promise<typeof TrainExport> {
  return import('@gpt-talker/train/export').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND' && cause.code !== 'MODULE_NOT_FOUND') throw cause;
    const message = `${what} needs @gpt-talker/train beside gpt-talker; npm install @gpt-talker/train (with --global where gpt-talker is)`;
    throw new UsageError(message, { cause });
  });
}
