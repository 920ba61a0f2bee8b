// Keeps the conversation: the words as JSON, or with the sound as a zip folder; both open again here and in `gpt-talker talk`.
import { useEffect, useRef } from 'preact/hooks';
import { dialogueJson, dialogueZip } from '../state/dialogue-files';
import { download } from '../state/download';
import { turns } from '../state/turns';
import { SaveIcon } from './icons';
import './save-menu.css';

export function SaveMenu() {
  const menu = useRef<HTMLDetailsElement>(null);
  useEffect(() => closeOnLeaving(menu.current!), []);
  const save = (work: () => void | Promise<void>) => () => {
    void work();
    menu.current!.open = false;
    menu.current!.querySelector('summary')!.focus();
  };
  return (
    <details class="save-menu" ref={menu}>
      <summary class="quiet-button">
        <SaveIcon />
        <span>Save</span>
      </summary>
      <ul class="save-choices">
        <li>
          <button
            type="button"
            onClick={save(async () => download('dialogue.zip', await dialogueZip(turns.value), 'application/zip'))}
          >
            Words and sound <small>a zip folder: dialogue.json and its wav files</small>
          </button>
        </li>
        <li>
          <button
            type="button"
            onClick={save(() => download('dialogue.json', dialogueJson(turns.value), 'application/json'))}
          >
            Words alone <small>dialogue.json, for gpt-talker talk --dialogue</small>
          </button>
        </li>
      </ul>
    </details>
  );
}

/** A menu that stays open behind one's back is in the way. */
function closeOnLeaving(menu: HTMLDetailsElement): () => void {
  const leave = (event: Event) => {
    if (!menu.contains(event.target as Node)) menu.open = false;
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector('summary')!.focus();
  };
  document.addEventListener('pointerdown', leave);
  document.addEventListener('focusin', leave);
  menu.addEventListener('keydown', escape);
  return () => {
    document.removeEventListener('pointerdown', leave);
    document.removeEventListener('focusin', leave);
    menu.removeEventListener('keydown', escape);
  };
}
