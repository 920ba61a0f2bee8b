/** For `stat(file).then(…, isMissing)`: false for a file that is not there; any other error goes on. */
export function isMissing(error: NodeJS.ErrnoException): false {
  if (error.code === 'ENOENT') return false;
  throw error;
}
