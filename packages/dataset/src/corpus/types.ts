// What every corpus reader yields: dialogues of turns with recordings and texts, whatever the layout on disk.

export interface SourceTurn {
  /** What reports call the turn; unlike any other of the corpus. */
  name: string;
  /** Its number in the dialogue. A gap in the numbers is a turn that is not there. */
  number: number;
  role: 'user' | 'agent';
  speaker: string;
  text: string;
  /** ISO 639-1: 'en', 'zh'. */
  language: string;
  /** Absolute path of the recording. */
  audio: string;
  style?: string;
}

export interface SourceDialogue {
  id: string;
  /** Where the corpus itself says so. */
  split?: 'train' | 'validation';
  turns: SourceTurn[];
}

/** Is told of everything that a reader leaves out, and of what it found odd but took. */
export interface CorpusListener {
  /** A turn that is not yielded, and why. */
  skip(reason: string, name: string): void;
  /** Something to know about what is yielded. */
  note(remark: string, name: string): void;
}

/** A corpus on disk. Dialogues come one at a time, in the same order every time. */
export interface Corpus {
  dialogues(listener: CorpusListener): AsyncGenerator<SourceDialogue>;
}

/** Reasons that several readers give. */
export const SKIPPED = {
  noAudio: 'without audio',
  noText: 'without text',
  duplicateTurn: 'with the number of an earlier turn',
  duplicateDialogue: 'in a dialogue whose id is taken',
  duplicateName: 'with the name of an earlier turn',
} as const;
