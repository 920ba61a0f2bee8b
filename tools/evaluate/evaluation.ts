// How well a voice can be understood: it speaks sentences that it never saw, and each must be nearer to a reference
// synthesiser's rendering of the same sentence than to those of all others.
import { type Audio, durationSeconds, warpingDistance } from '@gpt-talker/audio';
import { normalizedCepstra } from './cepstra';
import { retrieve } from './retrieval';

/** A reply, and what it was made of. */
export interface Spoken {
  audio: Audio;
  tokens: Int32Array;
  stopReason: string;
}

/** What is measured: a voice, by the two ways in which it makes sound. */
export interface Subject {
  /** Speaks a text as a reply without any history. */
  speak(text: string, seed: number): Promise<Spoken>;
  /** Turns audio into speech tokens and these into audio again. */
  copy(audio: Audio, text: string, seed: number): Promise<Audio>;
}

export interface MissedSentence {
  sentence: string;
  /** The sentence whose rendering was nearer. */
  heardAs: string;
  ownDistance: number;
  nearestDistance: number;
}

export interface Score {
  share: number;
  correct: number;
  total: number;
  /** Computing time over duration, all sentences together. */
  realTimeFactor: number;
  misses: MissedSentence[];
}

export interface EvaluationReport {
  textRetrieval: Score;
  copyRetrieval: Score;
}

export interface EvaluationOptions {
  sentences: readonly string[];
  /** The reference renderings of the sentences, in their order. */
  references: readonly Audio[];
  /** Sentence i is spoken with seed + i. */
  seed: number;
  /** Called after every utterance. */
  onProgress?: (done: number, total: number) => void;
  /** Receives every reply. */
  onReply?: (index: number, reply: Spoken) => void;
  /** Receives every utterance made, for those who want to listen. */
  onAudio?: (kind: 'text' | 'copy', index: number, audio: Audio) => Promise<void>;
}

/** Measures both ways on all sentences. */
export async function evaluate(subject: Subject, options: EvaluationOptions): Promise<EvaluationReport> {
  const { sentences, references, seed } = options;
  const total = 2 * sentences.length;
  const features = await Promise.all(references.map(normalizedCepstra));

  const score = async (kind: 'text' | 'copy', make: (index: number) => Promise<Audio>): Promise<Score> => {
    const queries = [];
    let speechSeconds = 0;
    let computingSeconds = 0;
    for (const index of sentences.keys()) {
      const started = performance.now();
      const audio = await make(index);
      computingSeconds += (performance.now() - started) / 1000;
      speechSeconds += durationSeconds(audio);
      queries.push(await normalizedCepstra(audio));
      await options.onAudio?.(kind, index, audio);
      options.onProgress?.(index + 1 + (kind === 'copy' ? sentences.length : 0), total);
    }
    const { correct, share, misses } = retrieve(queries, features, warpingDistance);
    return {
      share,
      correct,
      total: sentences.length,
      realTimeFactor: computingSeconds / speechSeconds,
      misses: misses.map(({ index, nearest, ownDistance, nearestDistance }) => ({
        sentence: sentences[index],
        heardAs: sentences[nearest],
        ownDistance,
        nearestDistance,
      })),
    };
  };

  return {
    textRetrieval: await score('text', async (index) => {
      const reply = await subject.speak(sentences[index], seed + index);
      options.onReply?.(index, reply);
      return reply.audio;
    }),
    copyRetrieval: await score('copy', (index) => subject.copy(references[index], sentences[index], seed + index)),
  };
}
