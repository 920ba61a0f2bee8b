// What the keyboard does anywhere on the page. Letters come with Alt, so that they never type, nor collide with a screen reader's.
import { writeAs } from '../state/draft';
import { cancelRecording, recordingNow, toggleRecording } from '../state/recording';
import { live, stopSpeaking } from '../state/speaking';
import { silence } from '../sound/playing';

interface Shortcut {
  /** As printed on keys. */
  keys: string;
  does: string;
}

/** Those that work everywhere, and those of the field for words. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: 'Alt + U', does: 'write what you say' },
  { keys: 'Alt + A', does: 'write what the agent says' },
  { keys: 'Alt + R', does: 'start and stop recording' },
  { keys: 'Alt + P', does: 'play or pause the last turn' },
  { keys: 'Alt + I', does: 'look inside the last reply' },
  { keys: 'Esc', does: 'stop the sound; give up a recording' },
  { keys: 'Enter', does: 'in the words: add the turn, or have it spoken' },
  { keys: 'Shift + Enter', does: 'in the words: a new line' },
  { keys: '← →', does: 'on a waveform: move through the sound' },
];

/** By physical key, because Alt makes other characters of letters on some systems. */
const ACTIONS: Record<string, () => void> = {
  KeyU: () => writeAs('user'),
  KeyA: () => writeAs('agent'),
  KeyR: () => void toggleRecording(),
  KeyP: () => press('.turn button.play'),
  KeyI: () => press('.turn button.look-inside'),
};

export function listenForShortcuts(): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape') return quiet();
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const action = ACTIONS[event.code];
    if (!action || document.querySelector('dialog[open]')) return;
    event.preventDefault();
    action();
  };
  document.addEventListener('keydown', listen);
  return () => document.removeEventListener('keydown', listen);
}

function quiet(): void {
  if (recordingNow.value) cancelRecording();
  else if (live.value) stopSpeaking();
  else silence();
}

/** Presses the last button of this kind, and leaves the focus there. */
function press(selector: string): void {
  const button = [...document.querySelectorAll<HTMLButtonElement>(selector)].at(-1);
  button?.focus();
  button?.click();
}
