// The two systems that write the same two files, and in what they differ when a conversation is read.
import { type VoiceManifest } from '@gpt-talker/voice';

export type VoiceFamily = 'gpt-sovits' | 'gpt-talker';

export interface Family {
  title: string;
  /** Whether it has versions, which are told with its title. */
  versioned: boolean;
  layout: Pick<VoiceManifest['layout'], 'order' | 'textMask' | 'historyTurns'>;
  /** Where it is not what the checkpoint says. */
  topK?: number;
  /** A mark goes before texts of a word or two. */
  marksShortTexts: boolean;
  /** Silence that is appended to a history turn. */
  tailSeconds: number;
}

export const FAMILIES: Readonly<Record<VoiceFamily, Family>> = {
  'gpt-sovits': {
    title: 'GPT-SoVITS',
    versioned: true,
    // All text, seen in both directions, before all speech; made for one prompt.
    layout: { order: 'text-first', textMask: 'bidirectional', historyTurns: 1 },
    topK: 15,
    marksShortTexts: true,
    tailSeconds: 0.6,
  },
  'gpt-talker': {
    title: 'GPT-Talker',
    versioned: false,
    layout: { order: 'interleaved', textMask: 'causal', historyTurns: 2 },
    marksShortTexts: false,
    tailSeconds: 0,
  },
};
