// Whose voice the reply has: speech that the caller names, else the agent's latest turn, else the voice's own reference. Several
// recordings are averaged, as upstream does.
import { readWav, type Audio } from '@gpt-talker/audio';
import { chooseReference, type Dialogue } from '@gpt-talker/context';
import type { SpeakerEncoder } from '@gpt-talker/tokenizer';
import type { Voice } from '@gpt-talker/voice';
import { meanStyle, type Style, type Vits } from '@gpt-talker/vits';
import { TalkerError } from './errors';

/** One recording, or several of the same speaker. */
export type References = Audio | readonly Audio[];

/** GPT-SoVITS takes prompts of 3 to 10 seconds only; shorter ones say too little, longer ones confuse. */
const SHORTEST_PROMPT_SECONDS = 3;
const LONGEST_PROMPT_SECONDS = 10;

/** What should be said about the lengths of references that a caller gave. */
export function lengthWarnings(reference: References | undefined): string[] {
  return listed(reference).flatMap((audio, index, all) => {
    const seconds = audio.samples.length / audio.sampleRate;
    if (seconds >= SHORTEST_PROMPT_SECONDS && seconds <= LONGEST_PROMPT_SECONDS) return [];
    const which = all.length === 1 ? 'the reference' : `reference ${index + 1}`;
    return [
      `${which} lasts ${seconds.toFixed(1)} s; ${SHORTEST_PROMPT_SECONDS} to ${LONGEST_PROMPT_SECONDS} s of speech sound best`,
    ];
  });
}

function listed(reference: References | undefined): readonly Audio[] {
  if (reference === undefined) return [];
  return 'samples' in reference ? [reference] : reference;
}

export class Timbre {
  /** A style is the same for every reply that has the same reference. */
  private readonly styles = new WeakMap<Audio, Promise<Style>>();
  private ownReference: Promise<Audio> | undefined;

  constructor(
    private readonly vits: Pick<Vits, 'style'>,
    private readonly voice: Voice,
    private readonly speaker?: Pick<SpeakerEncoder, 'embed'>,
  ) {}

  /** @throws TalkerError `reference` where neither caller, dialogue nor voice has speech of the agent */
  async style(dialogue: Dialogue, reference?: References): Promise<Style> {
    if (reference) return this.styleOf(reference);
    const turn = chooseReference(dialogue);
    if (turn?.style) return { vector: turn.style };
    return this.styleOf(turn?.audio ?? (await (this.ownReference ??= this.readOwnReference())));
  }

  /** The style of some speech; of several recordings, the mean of theirs. @throws VitsError `input` where there is none */
  async styleOf(reference: References): Promise<Style> {
    return meanStyle(await Promise.all(listed(reference).map((audio) => this.styleOfOne(audio))));
  }

  private async styleOfOne(audio: Audio): Promise<Style> {
    const known = this.styles.get(audio);
    if (known) return known;
    const style = this.computeStyle(audio);
    this.styles.set(audio, style);
    style.catch(() => this.styles.delete(audio));
    return style;
  }

  private async computeStyle(audio: Audio): Promise<Style> {
    return this.vits.style(audio, this.speaker && { speaker: await this.speaker.embed(audio) });
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
    return readWav(await this.voice.read(reference.file), { name: reference.file });
  }
}
