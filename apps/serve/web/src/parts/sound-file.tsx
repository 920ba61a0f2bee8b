// A sound file instead of the microphone: chosen here, or dropped on the page.
import { useRef } from 'preact/hooks';
import { clipFromFile } from '../sound/clip';
import { focusComposer, recording, writer } from '../state/draft';
import { announce, closeNotice, report } from '../state/notices';
import { FileIcon } from './icons';

export async function takeSoundFile(file: File): Promise<void> {
  try {
    writer.value = 'user';
    recording.value = await clipFromFile(file);
    closeNotice();
    announce(`${file.name}: ${recording.value.seconds.toFixed(1)} seconds. Now write the words that are said in it.`);
    focusComposer();
  } catch (error) {
    report(error);
  }
}

export function SoundFileButton() {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept="audio/*,.wav"
        onChange={() => {
          const { current } = input;
          if (current?.files?.[0]) void takeSoundFile(current.files[0]);
          if (current) current.value = '';
        }}
      />
      <button type="button" class="quiet-button sound-file" onClick={() => input.current?.click()}>
        <FileIcon />
        <span>
          <span class="roomy">Sound </span>file
        </span>
      </button>
    </>
  );
}
