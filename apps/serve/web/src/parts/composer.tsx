// What is said next: by the person, with a recording if there is one, or by the agent, who then says it aloud.
import { useState } from 'preact/hooks';
import { drafts, recording, writer } from '../state/draft';
import './composer.css';
import { AgentLine } from './agent-line';
import { areDialogue } from '../state/dialogue-files';
import { openDialogueFiles } from './open-dialogue-button';
import { takeSoundFile } from './sound-file';
import { UserLine } from './user-line';
import { VoiceSwitch } from './voice-switch';

export function Composer() {
  const [dragging, setDragging] = useState(false);
  const role = writer.value;
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDragging(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (areDialogue(files)) void openDialogueFiles(files);
    else if (files.length > 0) void takeSoundFile(files[0]);
  };
  return (
    <section
      class="composer"
      aria-label="What is said next"
      data-role={role}
      data-dragging={dragging}
      data-filled={drafts.value[role] !== '' || recording.value !== undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={drop}
    >
      <VoiceSwitch />
      {role === 'user' ? <UserLine /> : <AgentLine />}
      {dragging && <p class="drop-hint">Drop a sound to say it as you, or a saved conversation to open it</p>}
    </section>
  );
}
