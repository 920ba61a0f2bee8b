// What can be wrong with a checkpoint file. Messages are one line and begin with the file's name.
import { GptTalkerError } from '@gpt-talker/errors';

export type CheckpointErrorCode =
  /** The file cannot be opened or read. */
  | 'unreadable'
  /** The content is of no format that is known here. */
  | 'not-a-checkpoint'
  /** The file ends before its content does. */
  | 'truncated'
  /** Sizes, offsets, checksums or structure contradict each other. */
  | 'damaged'
  /** The pickle asks for a class or function that is not on the allow-list. */
  | 'forbidden-global'
  /** Well-formed, but a variety that this reader does not take. */
  | 'unsupported'
  /** The content would take far more memory than the file suggests, or the value does not fit the format. */
  | 'too-large'
  /** A name that the caller asked for is not in the file. */
  | 'missing-entry';

/** A checkpoint file cannot be read or written. */
export class CheckpointError extends GptTalkerError<CheckpointErrorCode> {
  override readonly name = 'CheckpointError';

  constructor(
    code: CheckpointErrorCode,
    /** The file's name or path. */
    readonly source: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(code, `${source}: ${problem}`, options);
  }
}

/** Text that came from a file, made safe to stand in a one-line message. */
export function printable(text: string): string {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return shown.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}
