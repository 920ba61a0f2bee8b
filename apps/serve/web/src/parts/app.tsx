// The page as a whole: a head, the conversation, what is said next, and how it is said.
import { useEffect } from 'preact/hooks';
import { live } from '../state/speaking';
import { turns } from '../state/turns';
import './app.css';
import { Announcer } from './announcer';
import { Composer } from './composer';
import { Conversation } from './conversation';
import { Masthead } from './masthead';
import { NoticeBar } from './notice-bar';
import { Opening } from './opening';
import { PlaceLine } from './place-line';
import { SettingsPanel } from './settings-panel';
import { listenForShortcuts } from './shortcuts';
import { ShortcutsDialog } from './shortcuts-dialog';

export function App() {
  useEffect(listenForShortcuts, []);
  const empty = turns.value.length === 0 && !live.value;
  return (
    <div class="page">
      <a class="skip" href="#composer">
        Skip to what is said next
      </a>
      <Masthead />
      <main class="stage">
        {empty ? <Opening /> : <Conversation />}
        <div class="dock" id="composer" tabIndex={-1}>
          <NoticeBar />
          <Composer />
          <PlaceLine />
        </div>
      </main>
      <SettingsPanel />
      <ShortcutsDialog />
      <Announcer />
    </div>
  );
}
