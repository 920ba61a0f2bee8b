// Speech tools as a user would bring them: tokens by loudness. Sleeps as long as real tools would work.
const VOCABULARY = 64;

export function createSpeechTools({ milliseconds = 0 } = {}) {
  return {
    fingerprint: 'loudness',
    vocabulary: VOCABULARY,
    encoder: {
      vocabulary: VOCABULARY,
      async encode({ samples, sampleRate }) {
        if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
        const width = Math.round(sampleRate / 25);
        return Int32Array.from({ length: Math.max(1, Math.floor(samples.length / width)) }, (_, token) => {
          let most = 0;
          for (const sample of samples.subarray(token * width, (token + 1) * width)) if (sample > most) most = sample;
          return Math.min(VOCABULARY - 1, Math.floor(most * VOCABULARY));
        });
      },
    },
  };
}
