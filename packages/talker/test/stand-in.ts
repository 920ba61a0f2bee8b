// A talker whose models are stand-ins that can be watched: tokens hang on everything that was read, samples are the tokens.
import type { Audio } from '@gpt-talker/audio';
import type { Segment } from '@gpt-talker/context';
import { Generation, type GenerateOptions } from '@gpt-talker/gpt';
import type { Voice, VoiceManifest } from '@gpt-talker/voice';
import { Talker, type TalkerParts } from '../src/index';

const noFiles = async (): Promise<Uint8Array> => {
  throw new Error('this voice has no files');
};

export const SAMPLES_PER_TOKEN = 4;
export const SAMPLE_RATE = 100;

export const sound = (value: number, samples = 10): Audio => ({
  samples: new Float32Array(samples).fill(value),
  sampleRate: 20,
});

export const manifest = {
  name: 'stand-in',
  sampleRate: SAMPLE_RATE,
  layout: { historyTurns: 2, maxPositions: 200 },
  sampling: {},
  semantic: { tokensPerSecond: 25 },
  vits: { attentionWindow: 4, contextTokens: 32 },
  files: { gpt: { path: 'gpt.onnx', bytes: 1, sha256: 'a' } },
  references: [],
} as unknown as VoiceManifest;

/** What the stand-ins were asked to do. */
export interface Heard {
  /** Segments that were read, as `role kind length`, one entry a context's `append`. */
  reads: string[];
  /** What each generation came after, and its options. */
  generations: { read: Segment[]; options: GenerateOptions }[];
  references: number[];
  syntheses: Record<string, unknown>[];
  disposed: string[];
  /** Contexts that have been opened or forked and not disposed. */
  openContexts: number;
  /** Tokens that were made. */
  tokens: number;
}

const describe = ({ kind, role, ...rest }: Segment) =>
  `${role} ${kind} ${('phonemes' in rest ? rest.phonemes : rest.tokens).length}`;

class StandInContext {
  readonly bytes = 1000;
  private disposed = false;

  constructor(
    private readonly heard: Heard,
    private readonly tokensFor: (text: string) => number,
    private readonly pace: () => Promise<void>,
    private readonly read: Segment[] = [],
  ) {
    heard.openContexts++;
  }

  async append(segments: readonly Segment[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    for (const segment of segments) {
      await this.pace();
      signal?.throwIfAborted();
      this.read.push(segment);
    }
    this.heard.reads.push(segments.map(describe).join(' + '));
  }

  async fork(): Promise<StandInContext> {
    return new StandInContext(this.heard, this.tokensFor, this.pace, [...this.read]);
  }

  generate(segments: readonly Segment[], options: GenerateOptions): Generation {
    const { heard, read, tokensFor, pace } = this;
    const isDisposed = () => this.disposed;
    return new Generation(async function* () {
      if (isDisposed()) throw new Error('read from a disposed context');
      const all = [...read, ...segments];
      heard.generations.push({ read: all, options });
      const text = all[all.length - 1] as Extract<Segment, { kind: 'text' }>;
      let hash = JSON.stringify([all, options.seed])
        .split('')
        .reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
      for (let made = 0; made < tokensFor(letters(text.phonemes)); made++) {
        await pace();
        options.signal?.throwIfAborted();
        if (made === (options.maximumTokens ?? Infinity)) return 'length';
        hash = (Math.imul(hash, 1_664_525) + 1_013_904_223) >>> 0;
        heard.tokens++;
        yield 1 + ((hash >>> 8) % 500);
      }
      return 'end-of-speech';
    });
  }

  async dispose(): Promise<void> {
    if (!this.disposed) this.heard.openContexts--;
    this.disposed = true;
  }
}

const letters = (phonemes: Int32Array) => String.fromCharCode(...phonemes);

/** Sample values are a thousandth of the tokens. */
export function samplesOf(tokens: Iterable<number>): Float32Array {
  return Float32Array.from([...tokens].flatMap((token) => new Array<number>(SAMPLES_PER_TOKEN).fill(token / 1000)));
}

export interface StandInOptions {
  /** How many tokens a text has; default 3. */
  tokensFor?: (text: string) => number;
  /** Awaited before each token and each segment that is read. */
  pace?: () => Promise<void>;
  /** Whether no sound can be made. */
  failing?: boolean;
  changes?: Partial<TalkerParts>;
}

export function standIn({
  tokensFor = () => 3,
  pace = async () => undefined,
  failing = false,
  changes = {},
}: StandInOptions = {}) {
  const heard: Heard = {
    reads: [],
    generations: [],
    references: [],
    syntheses: [],
    disposed: [],
    openContexts: 0,
    tokens: 0,
  };
  const parts = {
    voice: { folder: '/voice', manifest, path: (key: string) => `/voice/${key}`, read: noFiles } satisfies Voice,
    gpt: {
      open: async () => new StandInContext(heard, tokensFor, pace),
      dispose: async () => void heard.disposed.push('gpt'),
    },
    vits: {
      async style(reference: Audio) {
        heard.references.push(reference.samples[0]);
        return { vector: Float32Array.of(reference.samples[0]) };
      },
      async *stream(synthesis: { tokens: AsyncIterable<number> }) {
        heard.syntheses.push(synthesis);
        if (failing) throw new Error('the decoder has failed');
        let last: number | undefined;
        const chunk = (token: number, end: boolean) => ({
          samples: samplesOf([token]),
          sampleRate: SAMPLE_RATE,
          tokens: 1,
          last: end,
        });
        for await (const token of synthesis.tokens) {
          if (last !== undefined) yield chunk(last, false);
          last = token;
        }
        if (last !== undefined) yield chunk(last, true);
      },
      dispose: async () => void heard.disposed.push('vits'),
    },
    tokenizer: {
      async text(text: string) {
        if (!/[a-z]/i.test(text))
          throw Object.assign(new Error(`nothing in '${text}' can be read aloud`), {
            name: 'TextError',
            code: 'unspeakable',
          });
        return { phonemes: Int32Array.from(text.trim(), (letter) => letter.charCodeAt(0)) };
      },
      speech: async (audio: Audio) => new Int32Array(audio.samples.length),
    },
    dispose: async () => void heard.disposed.push('host'),
    ...changes,
  } as unknown as TalkerParts;
  return { talker: new Talker(parts), heard };
}
