// The agent's next words, which it speaks at once.
import { busyWith } from '../state/conversation';
import { changeDraft, drafts, focusComposer, writer } from '../state/draft';
import { report } from '../state/notices';
import { live, speak, stopSpeaking } from '../state/speaking';
import { Trouble } from '../trouble';
import type { Line } from './line';

export function agentLine(): Line {
  const speaking = live.value !== undefined;
  const send = () => void sayIt();
  return {
    label: 'What the agent says',
    placeholder: 'What does the agent say?',
    hint: 'Spoken in a tone that fits the conversation.',
    hintNeeded: false,
    button: speaking ? 'Stop' : 'Speak',
    ready: speaking || busyWith.value === undefined,
    send,
    press: speaking ? stopSpeaking : send,
  };
}

async function sayIt(): Promise<void> {
  const text = drafts.value.agent.trim();
  if (live.value || busyWith.value) return;
  if (text === '') {
    report(new Trouble('The agent has no words yet', 'Write what it should say, then press Speak.'));
    return focusComposer();
  }
  changeDraft('agent', '');
  if (await speak(text)) {
    // The person answers next, unless something has been begun meanwhile.
    if (drafts.value.agent === '') writer.value = 'user';
  } else if (drafts.value.agent === '') changeDraft('agent', text);
}
