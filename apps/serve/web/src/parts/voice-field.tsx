// Which voice speaks.
import { voice, voiceName, voices } from '../state/settings';

export function VoiceField() {
  const chosen = voice.value;
  return (
    <div class="field">
      <label for="voice">Voice</label>
      <select
        id="voice"
        value={chosen?.name}
        disabled={!chosen}
        onChange={(event) => (voiceName.value = event.currentTarget.value)}
      >
        {chosen ? (
          voices.value.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))
        ) : (
          <option>none yet</option>
        )}
      </select>
      {chosen && (
        <p class="field-note">
          {chosen.consent
            ? `Speaks with the speech of ${chosen.consent.speaker}: ${chosen.consent.right}.`
            : 'Whose speech it speaks with is not stated.'}
        </p>
      )}
      {chosen?.description && <p class="field-note">{chosen.description.replace(/\.?$/, '.')}</p>}
    </div>
  );
}
