// Which of the voice's speakers speaks, how fast, and with whose voice.
import { clipFromFile } from '../sound/clip';
import { announce, closeNotice, report } from '../state/notices';
import { reference, speaker, speed, voice } from '../state/settings';
import { FileButton } from './file-button';
import { CloseIcon, FileIcon } from './icons';

const SLOWEST = 0.5;
const FASTEST = 2;

export function MannerFields() {
  const speakers = voice.value?.speakers ?? [];
  return (
    <>
      {speakers.length > 1 && (
        <div class="field">
          <label for="speaker">Speaker</label>
          <select
            id="speaker"
            value={speaker.value ?? ''}
            onChange={({ currentTarget: { value } }) => (speaker.value = value === '' ? undefined : value)}
          >
            <option value="">As the conversation has it</option>
            {speakers.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
          <p class="field-note">
            Lines that begin with a name, such as <kbd>{speakers[0]}:</kbd>, are spoken as a script.
          </p>
        </div>
      )}
      <div class="field">
        <label for="speed">Speed: {speed.value.toFixed(2)}</label>
        <input
          id="speed"
          type="range"
          min={SLOWEST}
          max={FASTEST}
          step="0.05"
          value={speed.value}
          onInput={(event) => (speed.value = Number(event.currentTarget.value))}
        />
      </div>
      <div class="field">
        <span class="field-name">Reference</span>
        <div class="field-row">
          <FileButton class="sound-file" accept="audio/*,.wav" onFiles={([file]) => void takeReference(file)}>
            <FileIcon />
            <span>{reference.value ? `${reference.value.seconds.toFixed(1)} s of sound` : 'Choose a recording'}</span>
          </FileButton>
          {reference.value && (
            <button
              type="button"
              class="icon-button"
              aria-label="Speak without the reference"
              onClick={() => (reference.value = undefined)}
            >
              <CloseIcon />
            </button>
          )}
        </div>
        <p class="field-note">Replies take on its voice; 3 to 10 seconds sound best.</p>
      </div>
    </>
  );
}

async function takeReference(file: File): Promise<void> {
  try {
    reference.value = await clipFromFile(file);
    closeNotice();
    announce(`The next replies take on the voice of ${file.name}.`);
  } catch (error) {
    report(error);
  }
}
