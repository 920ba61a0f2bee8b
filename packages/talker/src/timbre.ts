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
  private readonly ownReferences = new Map<string, Promise<Audio[]>>();

  constructor(
    private readonly vits: Pick<Vits, 'style'>,
    private readonly voice: Voice,
    private readonly speaker?: Pick<SpeakerEncoder, 'embed'>,
  ) {}

  /** @throws TalkerError `reference` where neither caller, dialogue nor voice has speech of the agent */
  async style(dialogue: Dialogue, reference?: References, speaker?: string): Promise<Style> {
    if (reference) return this.styleOf(reference);
    if (speaker !== undefined) return this.styleOf(await this.ownReference(speaker));
    const turn = chooseReference(dialogue);
    if (turn?.style) return { vector: turn.style };
    return this.styleOf(turn?.audio ?? (await this.ownReference()));
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

  /** The names of the voice's own speakers: the roles of its references. */
  get speakers(): string[] {
    return [...new Set(this.voice.manifest.references.map(({ speaker }) => speaker))].sort();
  }

  /** All speech that the voice has of one of its speakers; by default of the agent. */
  private ownReference(speaker?: string): Promise<Audio[]> {
    const key = speaker ?? '';
    let reference = this.ownReferences.get(key);
    if (!reference) {
      reference = this.readOwnReferences(speaker);
      this.ownReferences.set(key, reference);
      reference.catch(() => this.ownReferences.delete(key));
    }
    return reference;
  }

  /** Where there is none of the agent, one of anybody. */
  private async readOwnReferences(wanted?: string): Promise<Audio[]> {
    const { name, references } = this.voice.manifest;
    const found = references.filter(({ speaker }) => speaker === (wanted ?? 'agent'));
    if (found.length === 0 && wanted !== undefined)
      throw new TalkerError(
        'option',
        `voice '${name}' has no speaker ${JSON.stringify(wanted)}; choose one of ${this.speakers.join(', ') || '(it has none)'}`,
      );
    const chosen = found.length > 0 ? found : references.slice(0, 1);
    if (chosen.length === 0) {
      throw new TalkerError(
        'reference',
        `neither the dialogue nor voice '${name}' has speech of the agent; give audio to one of the agent's turns`,
      );
    }
    return Promise.all(chosen.map(async ({ file }) => readWav(await this.voice.read(file), { name: file })));
  }
}
