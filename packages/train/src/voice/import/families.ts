// The two systems that write the same two files, and in what they differ when a conversation is read.
import { type VoiceManifest } from '@gpt-talker/voice';

export type VoiceFamily = 'gpt-sovits' | 'gpt-talker';

export interface Family {
  title: string;
  layout: Pick<VoiceManifest['layout'], 'order' | 'textMask' | 'historyTurns'>;
  /** Where it is not what the checkpoint says. */
  topK?: number;
  /** Silence that is heard after a history turn. */
  tailSeconds: number;
}

export const FAMILIES: Readonly<Record<VoiceFamily, Family>> = {
  'gpt-sovits': {
    title: 'GPT-SoVITS v1',
    // All text, seen in both directions, before all speech; made for one prompt.
    layout: { order: 'text-first', textMask: 'bidirectional', historyTurns: 1 },
    topK: 15,
    tailSeconds: 0.6,
  },
  'gpt-talker': {
    title: 'GPT-Talker',
    layout: { order: 'interleaved', textMask: 'causal', historyTurns: 2 },
    tailSeconds: 0,
  },
};
