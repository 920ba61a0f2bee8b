// What is being written, and for whom.
import { signal } from '@preact/signals';
import type { Role } from '../api/types';
import type { Clip } from '../sound/clip';

/** Who speaks next. */
export const writer = signal<Role>('user');
export const drafts = signal<Record<Role, string>>({ user: '', agent: '' });
/** Sound that goes with the person's words. */
export const recording = signal<Clip | undefined>(undefined);

export function draftFor(role: Role, text: string): void {
  writer.value = role;
  changeDraft(role, text);
}

export function changeDraft(role: Role, text: string): void {
  drafts.value = { ...drafts.value, [role]: text };
}

/** Puts the cursor where the next words are written, once the page shows it. */
export function focusComposer(): void {
  requestAnimationFrame(() => document.querySelector<HTMLTextAreaElement>('#words')?.focus());
}

export function writeAs(role: Role): void {
  writer.value = role;
  focusComposer();
}
