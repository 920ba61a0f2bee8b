// A talker that has spoken before somebody waits for it. V8 compiles WebAssembly quickly first, and what is used much once more and well,
// in the background: the first replies of a page take three to five times as long as those that follow (docs/decisions/0025-in-the-page.md).
import type { Dialogue } from '@gpt-talker/context';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { Reply } from './reply';
import { stopwatch } from './timings';

const TEXTS: Readonly<Record<string, string>> = {
  en: 'One, two, three, and four.',
  zh: '一二三四五。',
  yue: '一二三四五。',
};
const MOST_ROUNDS = 4;
/** On a slow or busy machine, what is left to gain is not worth waiting for. */
const MOST_SECONDS = 8;
/** As soon as this, a first sound is no longer waited for. */
const SOON_SECONDS = 0.4;

/** The parts of a Talker that are used here. */
interface Speaker {
  readonly manifest: Pick<VoiceManifest, 'languages'>;
  reply(dialogue: Dialogue, text: string, options: { signal?: AbortSignal }): Promise<Pick<Reply, 'timings'>>;
}

/** Speaks until the first sound comes soon, a few times at most. */
export async function warmedUp(talker: Speaker, signal?: AbortSignal): Promise<void> {
  const [language] = talker.manifest.languages;
  // Something before it, too: reading a history is another shape of work.
  const dialogue = { turns: [{ role: 'user' as const, text: TEXTS[language] ?? TEXTS.en }] };
  const seconds = stopwatch();
  for (let round = 0; round < MOST_ROUNDS && seconds() < MOST_SECONDS; round++) {
    const { timings } = await talker.reply(dialogue, TEXTS[language] ?? TEXTS.en, { signal });
    if (timings.firstAudioSeconds < SOON_SECONDS) return;
  }
}
