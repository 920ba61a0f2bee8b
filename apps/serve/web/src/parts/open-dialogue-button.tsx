// Opens a conversation that was saved, or one written for `gpt-talker talk`.
import { useRef } from 'preact/hooks';
import { startWith } from '../state/conversation';
import { readDialogue } from '../state/dialogue-files';
import { report } from '../state/notices';
import { OpenIcon } from './icons';

export async function openDialogueFiles(files: readonly File[]): Promise<void> {
  try {
    await startWith(await readDialogue(files));
  } catch (error) {
    report(error);
  }
}

export function OpenDialogueButton() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        multiple
        accept=".json,.zip,.wav"
        onChange={() => {
          const { current } = input;
          if (!current?.files?.length) return;
          void openDialogueFiles([...current.files]);
          current.value = '';
        }}
      />
      <button type="button" class="quiet-button" onClick={() => input.current?.click()}>
        <OpenIcon />
        <span>Open</span>
      </button>
    </>
  );
}
