// Tells screen readers what others see happen.
import { busyWith } from '../state/conversation';
import { news } from '../state/notices';

export function Announcer() {
  return (
    <div class="unseen" role="status" aria-live="polite">
      {busyWith.value ? `${busyWith.value} …` : news.value}
    </div>
  );
}
