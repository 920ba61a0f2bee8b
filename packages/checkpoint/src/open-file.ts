// Files that are read in pieces.
export { open, type FileHandle } from 'node:fs/promises';
