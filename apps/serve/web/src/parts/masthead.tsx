// The name, and what can be done with the conversation as a whole.
import { clear } from '../state/conversation';
import { turns } from '../state/turns';
import { KeyboardHint } from './shortcuts-dialog';
import { NewIcon, SettingsIcon } from './icons';
import './masthead.css';
import { OpenDialogueButton } from './open-dialogue-button';
import { SaveMenu } from './save-menu';
import { openSettings } from './settings-panel';

export function Masthead() {
  return (
    <header class="masthead">
      <h1 class="name">
        <Logo />
        GPT-Talker
      </h1>
      <div class="masthead-actions" role="group" aria-label="Conversation">
        {turns.value.length > 0 && (
          <>
            <button type="button" class="quiet-button" onClick={() => void clear()}>
              <NewIcon />
              <span>New</span>
            </button>
            <SaveMenu />
          </>
        )}
        <OpenDialogueButton />
        <KeyboardHint />
        <button type="button" class="quiet-button settings-button" aria-haspopup="dialog" onClick={openSettings}>
          <SettingsIcon />
          <span>Settings</span>
        </button>
      </div>
    </header>
  );
}

/** Two waveforms that answer one another. */
function Logo() {
  return (
    <svg class="logo" viewBox="0 0 34 24" width="34" height="24" aria-hidden="true">
      <path class="logo-user" d="M3 10.5v3M7.5 6v12M12 2v20M16.5 8v8" />
      <path class="logo-agent" d="M16.5 20v1M21 4v16M25.5 7v10M30 10.5v3" />
    </svg>
  );
}
