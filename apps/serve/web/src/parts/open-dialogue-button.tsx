// Opens a conversation that was saved, or one written for `gpt-talker talk`.
import { startWith } from '../state/conversation';
import { readDialogue } from '../state/dialogue-files';
import { report } from '../state/notices';
import { FileButton } from './file-button';
import { OpenIcon } from './icons';

export async function openDialogueFiles(files: readonly File[]): Promise<void> {
  try {
    await startWith(await readDialogue(files));
  } catch (error) {
    report(error);
  }
}

export function OpenDialogueButton() {
  return (
    <FileButton multiple accept=".json,.zip,.wav" onFiles={(files) => void openDialogueFiles(files)}>
      <OpenIcon />
      <span>Open</span>
    </FileButton>
  );
}
