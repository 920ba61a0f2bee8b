// Histories for judging how a voice follows: the first turns of dialogues that were set aside from training, spoken in a mood by the
// synthesiser that spoke the corpus.
import type { Audio } from '@gpt-talker/audio';
import type { Turn } from '@gpt-talker/context';
import type { CorpusConfig } from '../corpus/config';
import { planDialogues, type PlannedTurn } from '../corpus/dialogues';
import { FLITE_SAMPLE_RATE, speak } from '../corpus/flite';
import { readGrammar } from '../corpus/grammar';
import type { Mood } from './following';

const TURNS = 1;

export class Histories {
  private readonly dialogues: Record<Mood, PlannedTurn[][]>;

  /** @param grammarFolder the grammar that the corpus was made with */
  constructor(
    private readonly config: CorpusConfig,
    grammarFolder: string,
  ) {
    const heldOut = planDialogues(readGrammar(grammarFolder), config).filter(({ split }) => split === 'validation');
    const inMood = (mood: Mood): PlannedTurn[][] =>
      heldOut.filter(({ turns }) => turns[0].style === mood).map(({ turns }) => turns.slice(0, TURNS));
    this.dialogues = { excited: inMood('excited'), sad: inMood('sad') };
  }

  /** The history number `index` in a mood; they repeat when there are fewer. */
  async get(mood: Mood, index: number): Promise<Turn[]> {
    const all = this.dialogues[mood];
    return Promise.all(
      all[index % all.length].map(async ({ role, speaker, text }) => ({
        role,
        speaker,
        text,
        audio: await this.speak(text, speaker, mood),
      })),
    );
  }

  private async speak(text: string, speaker: string, mood: Mood): Promise<Audio> {
    const { voices, styles, levelDecibels, keepSilenceSeconds } = this.config;
    const samples = await speak(text, {
      voice: voices[speaker],
      style: styles[mood],
      levelDecibels,
      keepSilenceSeconds,
    });
    return { samples, sampleRate: FLITE_SAMPLE_RATE };
  }
}
