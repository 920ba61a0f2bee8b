// A page has no files: what it fetches is JSON for `parseDialogue`, and its audio is bytes.
import { DialogueError } from './errors';
import type { Dialogue } from './types';

export async function readDialogueFile(file: string): Promise<Dialogue> {
  throw new DialogueError('file', `${file}: a page cannot open files; give the fetched JSON to parseDialogue`);
}
