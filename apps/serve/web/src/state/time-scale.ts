// All waveforms are drawn to one scale, so that a long turn looks long beside a short one.
import { computed } from '@preact/signals';
import { live } from './speaking';
import { turns } from './turns';

/** What fills the whole width; a single short turn should not. */
const LEAST_SECONDS = 4;

export const longestSeconds = computed(() =>
  Math.max(LEAST_SECONDS, live.value?.seconds ?? 0, ...turns.value.map(({ clip }) => clip?.seconds ?? 0)),
);
