// Packages that users install themselves (optional peers), loaded only where they are asked for.
import { UsageError } from './report-error';

/** Why a package could not be loaded. */
export interface LoadFailure {
  /** It is not installed. */
  absent: boolean;
  /** What Node says, in one line. */
  reason: string;
}

/**
 * @param name never written into an import, so that neither compilers nor bundlers ask for it
 * @throws UsageError with what `explain` makes of the failure
 */
export async function loadOptionalPackage(name: string, explain: (failure: LoadFailure) => string): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    const [, missing] = /cannot find (?:package|module) '?([^\s']+)/i.exec((error as Error).message) ?? [];
    throw new UsageError(explain({ absent: missing?.startsWith(name) ?? false, reason }), { cause: error });
  }
}
