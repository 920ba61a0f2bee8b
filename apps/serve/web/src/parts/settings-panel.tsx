// How replies are made. On wide screens beside the conversation; on narrow ones a dialog over it.
import { useEffect, useRef } from 'preact/hooks';
import { signal } from '@preact/signals';
import { IN_PAGE } from '../state/place';
import { CloseIcon } from './icons';
import { HistoryField } from './history-field';
import { KeyField } from './key-field';
import { SamplingFields } from './sampling-fields';
import { MannerFields } from './manner-fields';
import { SeedField } from './seed-field';
import './settings-panel.css';
import { VoiceField } from './voice-field';

const wide = matchMedia('(min-width: 68rem)');
const isWide = signal(wide.matches);
wide.addEventListener('change', () => (isWide.value = wide.matches));

const DIALOG = 'settings';

export function openSettings(): void {
  (document.getElementById(DIALOG) as HTMLDialogElement | null)?.showModal();
}

export function SettingsPanel() {
  return isWide.value ? (
    <aside class="settings" aria-label="Settings">
      <Fields />
    </aside>
  ) : (
    <SettingsDialog />
  );
}

function SettingsDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    // A click beside the sheet is one on the dialog's own backdrop.
    const leave = ({ target }: MouseEvent) => target === dialog.current && dialog.current?.close();
    dialog.current?.addEventListener('click', leave);
  }, []);
  return (
    <dialog class="settings sheet" id={DIALOG} ref={dialog} aria-label="Settings">
      <div class="sheet-body">
        <button
          type="button"
          class="icon-button sheet-close"
          aria-label="Close the settings"
          onClick={() => dialog.current?.close()}
        >
          <CloseIcon />
        </button>
        <Fields />
      </div>
    </dialog>
  );
}

function Fields() {
  return (
    <>
      <h2>How the agent speaks</h2>
      <VoiceField />
      <MannerFields />
      <SeedField />
      <HistoryField />
      <SamplingFields />
      <KeyField />
      <p class="colophon">
        {!IN_PAGE && <a href="docs">For programs</a>}
        <a href="licenses.txt">Licences</a>
      </p>
    </>
  );
}
