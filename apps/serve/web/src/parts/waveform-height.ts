// Apart from the waveform itself because the build needs it too: it is part of the style that the security policy allows.

/** In CSS pixels. */
export const WAVEFORM_HEIGHT = 44;
