// One turn's sound as a file.
import type { Clip } from '../sound/clip';
import { SaveIcon } from './icons';

interface SaveWavProps {
  clip: Clip;
  /** Of the file. */
  name: string;
  /** Whose sound, such as 'your turn 1'. */
  of: string;
}

export function SaveWav({ clip, name, of }: SaveWavProps) {
  return (
    <a class="text-button save-wav" href={clip.address} download={name} aria-label={`Save ${of} as a wav file`}>
      <SaveIcon />
      <span>wav</span>
    </a>
  );
}
