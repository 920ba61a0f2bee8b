// The person's next turn: words, with sound from the microphone or a file where there is one.
import { addTurn, busyWith } from '../state/conversation';
import { changeDraft, drafts, focusComposer, recording, writer } from '../state/draft';
import { report } from '../state/notices';
import { Trouble } from '../trouble';
import type { Line } from './line';

export function userLine(): Line {
  const hasSound = recording.value !== undefined;
  const send = () => void addIt();
  return {
    label: hasSound ? 'The words of your recording' : 'What you say',
    placeholder: hasSound ? 'Which words did you say?' : 'What do you say?',
    hint: hasSound
      ? 'The voice reads words and sound together: write what you said.'
      : 'With sound, the agent hears your tone as well.',
    hintNeeded: hasSound,
    button: 'Add turn',
    ready: busyWith.value === undefined,
    send,
    press: send,
  };
}

async function addIt(): Promise<void> {
  const text = drafts.value.user.trim();
  if (busyWith.value) return;
  if (text === '') {
    report(
      recording.value
        ? new Trouble('The words are missing', 'Write what you said in the recording, then add the turn.')
        : new Trouble('There is nothing to add yet', 'Write what you say, or record it; then add the turn.'),
    );
    return focusComposer();
  }
  if (!(await addTurn({ role: 'user', text, clip: recording.value }))) return;
  changeDraft('user', '');
  recording.value = undefined;
  writer.value = 'agent';
  focusComposer();
}
