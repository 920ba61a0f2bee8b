// Whose voice the reply has: speech that the caller names, else the agent's latest turn, else the voice's own reference.
import { readWavFile, type Audio } from '@gpt-talker/audio';
import { chooseReference, type Dialogue } from '@gpt-talker/context';
import type { Voice } from '@gpt-talker/voice';
import type { Style, Vits } from '@gpt-talker/vits';
import { TalkerError } from './errors';

export class Timbre {
  /** A style is the same for every reply that has the same reference. */
  private readonly styles = new WeakMap<Audio, Promise<Style>>();
  private ownReference: Promise<Audio> | undefined;

  constructor(
    private readonly vits: Pick<Vits, 'style'>,
    private readonly voice: Voice,
  ) {}

  /** @throws TalkerError `reference` where neither caller, dialogue nor voice has speech of the agent */
  async style(dialogue: Dialogue, reference?: Audio): Promise<Style> {
    if (reference) return this.styleOf(reference);
    const turn = chooseReference(dialogue);
    if (turn?.style) return { vector: turn.style };
    return this.styleOf(turn?.audio ?? (await (this.ownReference ??= this.readOwnReference())));
  }

  /** The style of some speech. */
  async styleOf(audio: Audio): Promise<Style> {
    const known = this.styles.get(audio);
    if (known) return known;
    const style = this.vits.style(audio);
    this.styles.set(audio, style);
    style.catch(() => this.styles.delete(audio));
    return style;
  }

  private async readOwnReference(): Promise<Audio> {
    const { manifest } = this.voice;
    const reference = manifest.references.find(({ speaker }) => speaker === 'agent') ?? manifest.references[0];
    if (!reference) {
      throw new TalkerError(
        'reference',
        `neither the dialogue nor voice '${manifest.name}' has speech of the agent; give audio to one of the agent's turns`,
      );
    }
    return readWavFile(this.voice.path(reference.file));
  }
}
