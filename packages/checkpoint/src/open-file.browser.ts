// A page has no files to read in pieces.
export type FileHandle = never;

export function open(): Promise<never> {
  return Promise.reject(new Error('a page cannot open files'));
}
