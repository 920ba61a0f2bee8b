// What is said next: by the person, with a recording if there is one, or by the agent, who then says it aloud. The field and
// the button stay the same ones when the voices change, so that nobody loses their place.
import { drafts, recording, writer } from '../state/draft';
import { recordingNow } from '../state/recording';
import { agentLine } from './agent-line';
import { AttachedSound } from './attached-sound';
import './composer.css';
import { StopIcon } from './icons';
import { RecordButton } from './record-button';
import { SoundFileButton } from './sound-file';
import { useDrop } from './use-drop';
import { userLine } from './user-line';
import { VoiceSwitch } from './voice-switch';
import { WordsField } from './words-field';

export function Composer() {
  const dragging = useDrop();
  const role = writer.value;
  const line = role === 'user' ? userLine() : agentLine();
  const clip = role === 'user' ? recording.value : undefined;
  return (
    <section class="composer" aria-label="What is said next" data-role={role} data-dragging={dragging}>
      <VoiceSwitch />
      {clip && <AttachedSound key={clip.address} clip={clip} />}
      <WordsField
        role={role}
        text={drafts.value[role]}
        label={line.label}
        placeholder={line.placeholder}
        describedBy="hint"
        onEnter={line.send}
      />
      <div class="composer-row">
        {role === 'user' && <RecordButton />}
        {role === 'user' && !recordingNow.value && <SoundFileButton />}
        <p class="hint" id="hint" data-needed={line.hintNeeded}>
          {line.hint}
        </p>
        <button type="button" class="button primary" aria-disabled={!line.ready} onClick={line.press}>
          {line.button === 'Stop' && <StopIcon />}
          {line.button}
        </button>
      </div>
      {dragging && <p class="drop-hint">Drop a sound to say it as you, or a saved conversation to open it</p>}
    </section>
  );
}
