// The person's next words, with sound from the microphone or a file where there is one.
import { addTurn, busyWith } from '../state/conversation';
import { changeDraft, drafts, focusComposer, recording, writer } from '../state/draft';
import { report } from '../state/notices';
import { Trouble } from '../trouble';
import { recordingNow } from '../state/recording';
import { AttachedSound } from './attached-sound';
import { RecordButton } from './record-button';
import { SoundFileButton } from './sound-file';
import { WordsField } from './words-field';

export function UserLine() {
  const clip = recording.value;
  return (
    <>
      {clip && <AttachedSound clip={clip} />}
      <WordsField
        role="user"
        label={clip ? 'The words of your recording' : 'What you say'}
        placeholder={clip ? 'Which words did you say?' : 'What do you say?'}
        describedBy="user-hint"
        onEnter={() => void addIt()}
      />
      <div class="composer-row">
        <RecordButton />
        {!recordingNow.value && <SoundFileButton />}
        <p class="hint" id="user-hint" data-needed={clip !== undefined}>
          {clip
            ? 'The voice reads words and sound together: write what you said.'
            : 'With sound, the agent hears your tone as well.'}
        </p>
        <button
          type="button"
          class="button primary"
          aria-disabled={busyWith.value !== undefined}
          onClick={() => void addIt()}
        >
          Add turn
        </button>
      </div>
    </>
  );
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
