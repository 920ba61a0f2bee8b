// A folder as Hugging Face's `save_pretrained` writes it: config.json and weights under the names of PyTorch's state dict.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readCheckpointFile, stateDict, type ArrayTensor } from '@gpt-talker/checkpoint';
import { type z } from 'zod';
import { ModelFolderError } from './errors';

const WEIGHT_FILES = ['model.safetensors', 'pytorch_model.bin'] as const;
/** What stands in place of a large file where a repository was cloned without Git LFS. */
const LFS_POINTER = 'version https://git-lfs';

export class ModelFolder {
  private constructor(
    /** As given. */
    readonly folder: string,
  ) {}

  /** @throws ModelFolderError `missing` */
  static async open(folder: string): Promise<ModelFolder> {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) return new ModelFolder(folder);
    throw new ModelFolderError(
      'missing',
      `${folder}: ${found ? 'is a file' : 'there is no such folder'}; give the folder that holds config.json and the weights`,
    );
  }

  /** A text file's content, or undefined where there is none. @throws ModelFolderError `damaged` */
  async text(name: string): Promise<string | undefined> {
    const file = path.join(this.folder, name);
    let content: string;
    try {
      content = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new ModelFolderError('damaged', `${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`, {
        cause: error,
      });
    }
    if (content.startsWith(LFS_POINTER)) throw pointerError(file);
    return content;
  }

  /** A JSON file's content, or undefined where there is none. @throws ModelFolderError `damaged` */
  async json(name: string): Promise<unknown> {
    const content = await this.text(name);
    if (content === undefined) return undefined;
    try {
      return JSON.parse(content) as unknown;
    } catch (error) {
      throw new ModelFolderError(
        'damaged',
        `${path.join(this.folder, name)}: is not JSON; copy or download the file again`,
        { cause: error },
      );
    }
  }

  /** config.json, checked. @throws ModelFolderError `missing`, or `unsupported` naming the field */
  async config<T>(schema: z.ZodType<T>): Promise<T> {
    const content = await this.json('config.json');
    const file = path.join(this.folder, 'config.json');
    if (content === undefined) {
      throw new ModelFolderError('missing', `${file}: is missing; give the folder that holds the model's config.json`);
    }
    const parsed = schema.safeParse(content);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new ModelFolderError('unsupported', `${file}: ${issue.path.join('.') || 'configuration'}: ${issue.message}`, {
      cause: parsed.error,
    });
  }

  /** All tensors of the folder's weights, by their names. @throws ModelFolderError, CheckpointError */
  async weights(): Promise<Map<string, ArrayTensor>> {
    for (const name of WEIGHT_FILES) {
      const file = path.join(this.folder, name);
      const found = await stat(file).catch(() => undefined);
      if (!found) continue;
      // A pointer is some 130 bytes, no weights are.
      if (found.size < 1024 && (await readFile(file, 'utf8')).startsWith(LFS_POINTER)) throw pointerError(file);
      return stateDict(await readCheckpointFile(file));
    }
    throw new ModelFolderError(
      'missing',
      `${this.folder}: has neither ${WEIGHT_FILES.join(' nor ')}; put the model's weights there in one file`,
    );
  }
}

function pointerError(file: string): ModelFolderError {
  return new ModelFolderError(
    'damaged',
    `${file}: is a Git LFS pointer, not the file itself; run 'git lfs pull' or download the file`,
  );
}
