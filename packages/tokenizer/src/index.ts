// Text to phonemes, speech to semantic tokens.
export * from './bert/runtime';
export * from './hubert/runtime';
export * from './speaker/runtime';
export * from './speech';
export * from './text';
