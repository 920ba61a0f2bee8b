// Opening a model that the user names; who has not named one, or named a file that is not there, is told where people get it.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { RuntimeError, type Session, type SessionHost, type SessionOptions } from '@gpt-talker/runtime';
import { DatasetError } from '../../errors';

export interface ModelPlace {
  /** 'the Silero VAD model' */
  what: string;
  /** How it is named on the command line. */
  option: string;
  /** Where people get it. */
  where: string;
  /** What does without it. */
  instead?: string;
}

/** The file that the user named. @throws DatasetError `option` where there is none */
export async function requireModelFile(file: string | undefined, place: ModelPlace): Promise<string> {
  const { what, option, where, instead } = place;
  const otherwise = instead === undefined ? '' : `, or choose ${instead}`;
  if (file === undefined) {
    throw new DatasetError(
      'option',
      `${what} is needed and none is named; get it from ${where} and give ${option}${otherwise}`,
    );
  }
  if (await isThere(file)) return file;
  throw new DatasetError(
    'option',
    `${file}: ${what} is not there; get it from ${where} and give ${option}${otherwise}`,
  );
}

/** Opens an ONNX file. @throws DatasetError `option` where it is missing or cannot be loaded */
export async function openModel(
  host: SessionHost,
  file: string | undefined,
  place: ModelPlace,
  options?: SessionOptions,
): Promise<{ session: Session; sha256: string }> {
  const found = await requireModelFile(file, place);
  try {
    return { session: await host.load(found, options), sha256: await hashFile(found) };
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw new DatasetError('option', `${found}: ${place.what} cannot be loaded: ${error.message}`, { cause: error });
  }
}

/** SHA-256 of a file of any size, in hexadecimal. */
export async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
