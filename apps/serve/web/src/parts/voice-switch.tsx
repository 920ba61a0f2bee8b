// Whose words are being written.
import type { Role } from '../api/types';
import { writer } from '../state/draft';
import { speakerName } from '../state/turns';
import { VoiceMark } from './voice-mark';

const ROLES: readonly Role[] = ['user', 'agent'];

export function VoiceSwitch() {
  return (
    <fieldset class="voice-switch">
      <legend class="unseen">Who speaks next</legend>
      {ROLES.map((role) => (
        <label key={role} data-role={role}>
          <input
            type="radio"
            name="writer"
            checked={writer.value === role}
            onChange={() => (writer.value = role)}
            aria-keyshortcuts={role === 'user' ? 'Alt+U' : 'Alt+A'}
          />
          <VoiceMark role={role} />
          {speakerName(role)}
        </label>
      ))}
    </fieldset>
  );
}
