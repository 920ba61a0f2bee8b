/** Runs the n-th ```ts block of `directory`/README.md; resolves to what it logged, line by line. */
export function runReadmeExample(
  directory: string,
  require: NodeJS.Require,
  options?: { block?: number },
): Promise<string[]>;
