// Files that are dropped anywhere on the page; a browser would otherwise leave the page to open them.
import { useEffect, useState } from 'preact/hooks';
import { areDialogue } from '../state/dialogue-files';
import { openDialogueFiles } from './open-dialogue-button';
import { takeSoundFile } from './sound-file';

/** Takes files in while the component is there. @returns whether something is being dragged over the page */
export function useDrop(): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      // Elements inside the page are left for others all the time.
      if (event.relatedTarget === null) setDragging(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setDragging(false);
      const files = [...(event.dataTransfer?.files ?? [])];
      if (areDialogue(files)) void openDialogueFiles(files);
      else if (files.length > 0) void takeSoundFile(files[0]);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return dragging;
}
