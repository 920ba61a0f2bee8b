// The agent's next words, and the button that has them spoken or stops them.
import { busyWith } from '../state/conversation';
import { changeDraft, drafts, focusComposer, writer } from '../state/draft';
import { report } from '../state/notices';
import { live, speak, stopSpeaking } from '../state/speaking';
import { Trouble } from '../trouble';
import { StopIcon } from './icons';
import { WordsField } from './words-field';

export function AgentLine() {
  const speaking = live.value !== undefined;
  return (
    <>
      <WordsField
        role="agent"
        label="What the agent says"
        placeholder="What does the agent say?"
        describedBy="agent-hint"
        onEnter={() => void sayIt()}
      />
      <div class="composer-row">
        <p class="hint" id="agent-hint">
          Spoken in a tone that fits the conversation.
        </p>
        <button
          type="button"
          class="button primary"
          aria-disabled={!speaking && busyWith.value !== undefined}
          onClick={() => (speaking ? stopSpeaking() : void sayIt())}
        >
          {speaking ? (
            <>
              <StopIcon /> Stop
            </>
          ) : (
            'Speak'
          )}
        </button>
      </div>
    </>
  );
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
