// Light or dark, as the system says; what is drawn on canvases is drawn again when it changes.
import { signal } from '@preact/signals';

const dark = matchMedia('(prefers-color-scheme: dark)');

export const colourScheme = signal<'light' | 'dark'>(dark.matches ? 'dark' : 'light');
dark.addEventListener('change', () => (colourScheme.value = dark.matches ? 'dark' : 'light'));
