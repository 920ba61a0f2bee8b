// How replies are made: voice, seed, sampling, how much history. Remembered by the browser.
import { computed, effect, signal } from '@preact/signals';
import type { Sampling, VoiceInfo } from '../api/types';
import type { Clip } from '../sound/clip';

/** What to do with the seed before a reply. */
export type SeedHabit = 'keep' | 'change';

export const SAMPLING: Sampling = { topK: 15, topP: 1, temperature: 1, repetitionPenalty: 1.35 };
export const MOST_HISTORY_TURNS = 8;
export const LARGEST_SEED = 2 ** 31 - 1;

const STORE = 'gpt-talker-settings';

interface Stored {
  voice?: string;
  seed: number;
  seedHabit: SeedHabit;
  sampling: Partial<Sampling>;
  historyTurns?: number;
  speaker?: string;
  speed?: number;
}

const stored = read();

export const voices = signal<VoiceInfo[]>([]);
export const voiceName = signal<string | undefined>(stored.voice);
export const seed = signal(stored.seed);
export const seedHabit = signal<SeedHabit>(stored.seedHabit);
/** Only what differs from the voice's own. */
export const sampling = signal<Partial<Sampling>>(stored.sampling);
/** Undefined: as many as the voice was trained to read. */
export const historyTurns = signal<number | undefined>(stored.historyTurns);

/** One of the voice's speakers; undefined: as the conversation has it. */
export const speaker = signal<string | undefined>(stored.speaker);
export const speed = signal(stored.speed ?? 1);
/** A recording whose voice the replies take on; not kept. */
export const reference = signal<Clip | undefined>(undefined);

export const voice = computed<VoiceInfo | undefined>(
  () => voices.value.find(({ name }) => name === voiceName.value) ?? voices.value[0],
);
/** The voice's own sampling, which the sliders return to. */
export const ownSampling = computed<Sampling>(() => ({ ...SAMPLING, ...voice.value?.sampling }));

export function changeSampling(name: keyof Sampling, value: number): void {
  sampling.value = { ...sampling.value, [name]: value };
}

/** The chosen speaker, where the voice has them. */
export const ownSpeaker = computed(() =>
  voice.value?.speakers?.includes(speaker.value ?? '') ? speaker.value : undefined,
);

/** The seed of the next reply. */
export function takeSeed(): number {
  if (seedHabit.value === 'change') seed.value = Math.floor(Math.random() * 10_000);
  return seed.value;
}

effect(() => {
  const value: Stored = {
    voice: voiceName.value,
    seed: seed.value,
    seedHabit: seedHabit.value,
    sampling: sampling.value,
    historyTurns: historyTurns.value,
    speaker: speaker.value,
    speed: speed.value,
  };
  try {
    localStorage.setItem(STORE, JSON.stringify(value));
  } catch {
    // Storage is refused or full: what was chosen lives as long as the page.
  }
});

function read(): Stored {
  const defaults: Stored = { seed: 0, seedHabit: 'keep', sampling: {} };
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<Stored>) };
  } catch {
    return defaults;
  }
}
