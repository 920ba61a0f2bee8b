// What went wrong, in plain words, with what to do about it; and perhaps a button that does it.

export interface Remedy {
  label: string;
  run(): void | Promise<void>;
}

/** An error that is shown to people as it is. */
export class Trouble extends Error {
  override readonly name = 'Trouble';

  constructor(
    /** One short sentence without its full stop: what happened. */
    readonly what: string,
    /** One or two sentences: what to do now. */
    readonly advice: string,
    /** A machine-readable reason, where code reacts to it. */
    readonly code: 'gone' | 'forgotten' | 'key' | 'busy' | 'refused' | 'other' = 'other',
  ) {
    super(`${what}. ${advice}`);
  }
}

/** Whatever was thrown, as trouble that can be shown. */
export function asTrouble(error: unknown): Trouble {
  if (error instanceof Trouble) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new Trouble('Something unexpected happened', `${message}. Reload the page; the conversation is kept.`);
}

export const isAbort = (error: unknown): boolean => (error as { name?: string } | undefined)?.name === 'AbortError';
