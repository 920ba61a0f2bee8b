// The words of a conversation, from what people write (turns) to what ConGPT reads (segments). Plain data throughout.
import type { Audio } from '@gpt-talker/audio';

/** Who speaks: the person, or the agent whose speech is made here. */
export type Role = 'user' | 'agent';

/** One thing that was said. */
export interface Turn {
  role: Role;
  /** A name, where there is one; not read by the models. */
  speaker?: string;
  text: string;
  /** `en`, `zh`; where left out, the tokenizer decides. */
  language?: string;
  /** How it was said; without it, and without `tokens`, the text alone enters the context. */
  audio?: Audio;
  /**
   * How it was said, as the voice's semantic tokens (25 a second), where they are known: of a reply that was made here, or of sound
   * that is not kept. They are read instead of `audio`.
   */
  tokens?: Int32Array;
  /** Timbre and manner, as the voice's style vector, where the sound itself is not kept; in the place of `audio` as a reference. */
  style?: Float32Array;
}

export interface Dialogue {
  /** In the order in which they were said. */
  turns: readonly Turn[];
}

/** The phonemes of a text: ids of the voice's symbol table. */
export interface TextSegment {
  kind: 'text';
  role: Role;
  phonemes: Int32Array;
  /** One vector a phoneme, row-major, where the voice has text features. */
  features?: Float32Array;
}

/** The semantic tokens (25 a second) of what was said. */
export interface SpeechSegment {
  kind: 'speech';
  role: Role;
  tokens: Int32Array;
}

export type Segment = TextSegment | SpeechSegment;

/** A word of a text, as it is written and as it is said. */
export interface TextWord {
  /** As written: `$5`, `Mr.`, `什`. */
  text: string;
  /** Where it stands in the text: UTF-16 indices. */
  from: number;
  to: number;
  /** As it is said: `five dollars`. */
  normalized: string;
  /** Which of the text's phonemes are its: indices, the last not included. */
  phonemes: { from: number; to: number };
}

export interface TokenizedText extends Pick<TextSegment, 'phonemes' | 'features'> {
  /** What was left out or read by guessing, for people. */
  warnings?: readonly string[];
  /** The words that are said, in order; what is no word (marks, which are pauses) is in none. */
  words?: readonly TextWord[];
}

/** What turns text and speech into numbers; it comes from @gpt-talker/tokenizer, or from a test. */
export interface TurnTokenizer {
  text(text: string, language?: string): Promise<TokenizedText>;
  speech(audio: Audio): Promise<Int32Array>;
}
