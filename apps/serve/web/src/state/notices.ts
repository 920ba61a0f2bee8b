// What the page reports: trouble, shown until it is fixed or closed, and news for screen readers alone.
import { signal } from '@preact/signals';
import { asTrouble, isAbort, type Remedy, type Trouble } from '../trouble';

export interface Notice {
  trouble: Trouble;
  remedy?: Remedy;
}

export const notice = signal<Notice | undefined>(undefined);
/** Read out by screen readers when it changes. */
export const news = signal('');

export function announce(text: string): void {
  // The same words again must be a change as well.
  news.value = news.value === text ? `${text}\u00a0` : text;
}

export function report(error: unknown, remedy?: Remedy): void {
  if (isAbort(error)) return;
  notice.value = { trouble: asTrouble(error), remedy };
}

export function closeNotice(): void {
  notice.value = undefined;
}
