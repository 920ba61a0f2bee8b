// Only one thing sounds at a time: starting to play silences the one before.
import { signal } from '@preact/signals';

interface Sounding {
  pause(): void;
}

const current = signal<Sounding | undefined>(undefined);

export function beginPlaying(sounding: Sounding): void {
  if (current.value !== sounding) current.value?.pause();
  current.value = sounding;
}

export function endPlaying(sounding: Sounding): void {
  if (current.value === sounding) current.value = undefined;
}

export function silence(): void {
  current.value?.pause();
  current.value = undefined;
}
