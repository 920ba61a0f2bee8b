// The one folder of which clients may name files. Whatever a path looks like, only what really lies inside is opened.
import { realpathSync } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ApiError } from '../requests/api-error';

export class ReferenceFolder {
  private readonly root: string;

  /** @throws Error where there is no such folder */
  constructor(
    folder: string,
    private readonly largestBytes: number,
  ) {
    this.root = realpathSync(folder);
  }

  /**
   * The bytes of a file that a client names, relative to the folder or by its whole path.
   * @throws ApiError 400 for a path outside, or to no file; 413 for one that is too large
   */
  async read(name: string, parameter = 'ref_audio_path'): Promise<Uint8Array> {
    const missing = () =>
      ApiError.badRequest(
        'reference_not_found',
        parameter,
        `${parameter}: there is no such file in the reference folder`,
      );
    if (name.includes('\0')) throw missing();
    // Symbolic links are followed before it is asked where the file is.
    const real = await realpath(path.resolve(this.root, name)).catch(() => Promise.reject(missing()));
    // The same answer for what is outside as for what is not there: nobody learns what exists elsewhere.
    if (!real.startsWith(this.root + path.sep)) throw missing();
    const file = await open(real, 'r').catch(() => Promise.reject(missing()));
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw missing();
      if (stats.size > this.largestBytes) {
        const message = `${parameter}: the file has ${stats.size} bytes, more than ${this.largestBytes}; cut it`;
        throw new ApiError(413, 'reference_too_large', message, parameter);
      }
      return await file.readFile();
    } finally {
      await file.close();
    }
  }
}
