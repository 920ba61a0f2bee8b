// The keyboard's shortcuts, for those who look for them.
import { useRef } from 'preact/hooks';
import { CloseIcon, KeyboardIcon } from './icons';
import { SHORTCUTS } from './shortcuts';
import './shortcuts-dialog.css';

const DIALOG = 'shortcuts';

export function KeyboardHint() {
  return (
    <button
      type="button"
      class="quiet-button keyboard-button"
      aria-haspopup="dialog"
      aria-label="Keyboard shortcuts"
      onClick={() => (document.getElementById(DIALOG) as HTMLDialogElement).showModal()}
    >
      <KeyboardIcon />
    </button>
  );
}

export function ShortcutsDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <dialog class="shortcuts" id={DIALOG} ref={dialog} aria-labelledby="shortcuts-title">
      <h2 id="shortcuts-title">By keyboard</h2>
      <button
        type="button"
        class="icon-button sheet-close"
        aria-label="Close the shortcuts"
        onClick={() => dialog.current?.close()}
      >
        <CloseIcon />
      </button>
      <dl>
        {SHORTCUTS.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' + ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
