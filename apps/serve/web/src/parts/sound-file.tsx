// A sound file instead of the microphone: chosen here, or dropped on the page.
import { clipFromFile } from '../sound/clip';
import { focusComposer, recording, writer } from '../state/draft';
import { announce, closeNotice, report } from '../state/notices';
import { FileButton } from './file-button';
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
  return (
    <FileButton class="sound-file" accept="audio/*,.wav" onFiles={([file]) => void takeSoundFile(file)}>
      <FileIcon />
      <span>
        <span class="roomy">Sound </span>file
      </span>
    </FileButton>
  );
}
