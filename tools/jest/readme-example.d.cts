/** The n-th ```ts block of `directory`/README.md as CommonJS, with top-level await. */
export function readmeExample(directory: string, options?: { block?: number }): string;

/** Runs the n-th ```ts block of `directory`/README.md; resolves to what it logged, line by line. */
export function runReadmeExample(
  directory: string,
  require: NodeJS.Require,
  options?: { block?: number },
): Promise<string[]>;
