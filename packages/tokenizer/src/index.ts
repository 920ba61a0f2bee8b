// Text to phonemes, speech to semantic tokens.
export * from './speech';
export * from './text';
