// A key for servers that ask for one; others never see this field.
import { useState } from 'preact/hooks';
import { storedKey, storeKey } from '../api/request';
import { begin } from '../state/conversation';
import { notice } from '../state/notices';

export function KeyField() {
  const [key, setKey] = useState(storedKey());
  if (notice.value?.trouble.code !== 'key' && storedKey() === '') return null;
  const use = (event: Event) => {
    event.preventDefault();
    storeKey(key.trim());
    void begin();
  };
  return (
    <form class="field" onSubmit={use}>
      <label for="key">Key</label>
      <div class="field-row">
        <input
          id="key"
          type="password"
          autocomplete="off"
          value={key}
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Use
        </button>
      </div>
      <p class="field-note">Kept until this tab is closed.</p>
    </form>
  );
}
