// A reply in chunks of sound, which knows afterwards what it said and how long it took.
import type { Audio } from '@gpt-talker/audio';
import { TalkerError } from './errors';
import type { Reply } from './talker';
import { stopwatch } from './timings';

/** What a stream needs of its talker. */
export interface StreamSource {
  generation: AsyncIterable<number>;
  stopReason(): Reply['stopReason'] | undefined;
  phonemes: Int32Array;
  historyTurns: number;
  warnings: string[];
  readingSeconds: number;
  synthesize(tokens: AsyncIterable<number>): AsyncIterable<Audio>;
}

export class ReplyStream implements AsyncIterable<Audio> {
  /** Everything but the sound; undefined until the last chunk has been read. */
  summary: Omit<Reply, 'audio'> | undefined;
  private started = false;

  /** @param open reads the conversation, when the stream is first read */
  constructor(private readonly open: () => Promise<StreamSource>) {}

  /** Chunks of the reply, each as soon as it is made; joined, they are the reply. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Audio, void, undefined> {
    if (this.started)
      throw new TalkerError(
        'option',
        'this stream has been read already; call stream again, with the same seed for the same reply',
      );
    this.started = true;
    const elapsed = stopwatch();
    const source = await this.open();
    const tokens: number[] = [];
    let tokensSeconds = 0;
    const remembered = async function* () {
      for await (const token of source.generation) {
        tokens.push(token);
        yield token;
      }
      tokensSeconds = elapsed() - source.readingSeconds;
    };
    let firstAudioSeconds = 0;
    let spokenSeconds = 0;
    for await (const audio of source.synthesize(remembered())) {
      firstAudioSeconds ||= elapsed();
      spokenSeconds += audio.samples.length / audio.sampleRate;
      yield audio;
    }
    const totalSeconds = elapsed();
    this.summary = {
      tokens: Int32Array.from(tokens),
      phonemes: source.phonemes,
      stopReason: source.stopReason() ?? 'length',
      historyTurns: source.historyTurns,
      warnings: source.warnings,
      timings: {
        readingSeconds: source.readingSeconds,
        tokensSeconds,
        synthesisSeconds: totalSeconds - firstAudioSeconds,
        firstAudioSeconds,
        totalSeconds,
        realTimeFactor: totalSeconds / spokenSeconds,
      },
    };
  }
}
