// Trouble, in plain words, beside a button that fixes it where there is one.
import { closeNotice, notice } from '../state/notices';
import { CloseIcon } from './icons';
import './notice-bar.css';

export function NoticeBar() {
  const shown = notice.value;
  return (
    <div role="alert">
      {shown && (
        <div class="notice">
          <p>
            <strong>{shown.trouble.what}.</strong> {withCode(shown.trouble.advice)}
          </p>
          {shown.remedy && (
            <button type="button" class="button" onClick={() => void shown.remedy?.run()}>
              {shown.remedy.label}
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Close this message" onClick={closeNotice}>
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}

/** What stands between backquotes is to be typed as it is. */
const withCode = (text: string) => text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
