// The words of a turn: grows with them; Enter sends, Shift with Enter begins a new line.
import type { Role } from '../api/types';
import { changeDraft } from '../state/draft';

interface WordsFieldProps {
  role: Role;
  text: string;
  label: string;
  placeholder: string;
  /** Names what is shown below as the field's explanation. */
  describedBy?: string;
  onEnter(): void;
}

export function WordsField({ role, text, label, placeholder, describedBy, onEnter }: WordsFieldProps) {
  return (
    <div class="words-field" data-text={text}>
      <textarea
        id="words"
        rows={1}
        maxLength={2000}
        aria-label={label}
        aria-describedby={describedBy}
        placeholder={placeholder}
        value={text}
        onInput={(event) => changeDraft(role, event.currentTarget.value)}
        onKeyDown={(event) => {
          // While an input method composes a character, Enter chooses it.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          onEnter();
        }}
      />
    </div>
  );
}
