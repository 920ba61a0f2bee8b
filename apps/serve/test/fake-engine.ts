// An engine without a model: what it says is a tone whose pitch, length and loudness follow from text, seed and history, so that
// mixed-up or lost sound shows. It can be slow, and it knows what it was made to stop.
import type { Audio } from '@gpt-talker/audio';
import type { ReplyChunk, ReplyWord } from '@gpt-talker/talker';
import type {
  ConversationHandle,
  Engine,
  EngineVitals,
  AddedTurns,
  HeardTurn,
  Speech,
  SpeechTask,
  SpokenFacts,
  VoiceDescription,
} from '../src/engine/engine';

export const RATE = 16_000;
const CHUNK_SECONDS = 0.1;

interface FakeState {
  texts: string[];
}

export interface FakeOptions {
  /** Seconds between two chunks. */
  pause?: number;
  capacity?: number;
  /** How often each chunk is said: much sound at little cost. */
  times?: number;
}

export class FakeEngine implements Engine {
  readonly voices: VoiceDescription[] = ['tiny', 'other'].map((name) => ({
    name,
    description: 'a tone',
    languages: ['en'],
    sampleRate: RATE,
    license: 'MIT',
    origin: 'made up',
    historyTurns: 2,
    tokensPerSecond: 25,
    sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
  }));
  /** Seconds between two chunks. */
  pause: number;
  capacity: number;
  /** Texts of replies that were stopped before their end. */
  readonly stopped: string[] = [];
  readonly forgotten: string[] = [];
  readonly tasks: SpeechTask[] = [];
  /** How often a state was asked for. */
  loads = 0;
  disposed = false;
  private readonly known = new Map<string, { version: number; state: FakeState }>();
  private readonly listeners: (() => void)[] = [];

  readonly times: number;

  constructor({ pause = 0, capacity = 4, times = 1 }: FakeOptions = {}) {
    this.pause = pause;
    this.times = times;
    this.capacity = capacity;
  }

  vitals(): EngineVitals {
    const ready = this.capacity > 0 ? 1 : 0;
    return { ready, wanted: 1, capacity: this.capacity, residentBytes: { 'worker-0': 1000 } };
  }

  onCapacity(listener: () => void): void {
    this.listeners.push(listener);
  }

  setCapacity(capacity: number): void {
    this.capacity = capacity;
    this.listeners.forEach((listener) => listener());
  }

  async addTurns(handle: ConversationHandle, turns: readonly HeardTurn[], signal?: AbortSignal): Promise<AddedTurns> {
    await wait(this.pause, signal);
    const { texts } = await this.state(handle);
    const state = { texts: [...texts, ...turns.map(({ text }) => text)] };
    refuseUnspeakable(turns.map(({ text }) => text).join(''));
    this.known.set(handle.id, { version: handle.version + 1, state });
    return { tokens: turns.map(({ audio }) => (audio ? [1, 2, 3] : null)), state };
  }

  speak(task: SpeechTask): Speech {
    this.tasks.push(task);
    return new FakeSpeech(this, task);
  }

  forget(id: string): void {
    this.forgotten.push(id);
    this.known.delete(id);
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }

  async state({ id, version, load }: ConversationHandle): Promise<FakeState> {
    const known = this.known.get(id);
    if (known?.version === version) return known.state;
    if (version === 0) return { texts: [] };
    this.loads++;
    return (await load()) as FakeState;
  }

  remember(id: string, version: number, state: FakeState): void {
    this.known.set(id, { version, state });
  }
}

class FakeSpeech implements Speech {
  facts: SpokenFacts | undefined;
  private interruptedAt: number | undefined;

  constructor(
    private readonly engine: FakeEngine,
    private readonly task: SpeechTask,
  ) {}

  interrupt(heardSeconds: number): void {
    this.interruptedAt ??= heardSeconds;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyChunk, void, undefined> {
    const { engine, task } = this;
    const { conversation, signal, seed, keep = true, historyTurns = 2 } = task;
    const history = conversation ? (await engine.state(conversation)).texts : [];
    const heard = historyTurns === 0 ? [] : history.slice(-historyTurns);
    let said = '';
    let seconds = 0;
    const spoken: ReplyWord[] = [];
    let ended = false;
    try {
      for await (const piece of typeof task.text === 'string' ? [task.text] : task.text) {
        refuseUnspeakable(piece);
        if (piece.includes('fail at once')) throw new Error('the fake engine broke');
        said += piece;
        const chunks = tone(piece, seed, heard).flatMap((chunk) => new Array<Audio>(engine.times).fill(chunk));
        for (const [index, chunk] of chunks.entries()) {
          await wait(engine.pause, signal);
          if (this.interruptedAt !== undefined) break;
          const words = index === chunks.length - 1 ? [wordOf(piece, seconds)] : [];
          spoken.push(...words);
          yield { ...chunk, words };
          seconds += chunk.samples.length / chunk.sampleRate;
          if (piece.includes('fail later')) throw new Error('the fake engine broke later');
        }
        if (this.interruptedAt !== undefined) break;
      }
      ended = true;
    } finally {
      if (!ended) engine.stopped.push(said);
    }
    const interrupted = this.interruptedAt !== undefined;
    seconds = Math.min(seconds, this.interruptedAt ?? Infinity);
    const state = { texts: [...history, said] };
    const keeps = conversation && keep && seconds > 0;
    if (keeps) engine.remember(conversation.id, conversation.version + 1, state);
    this.facts = {
      text: said,
      tokens: [seed, heard.length],
      seconds,
      stopReason: interrupted ? 'interrupted' : 'end-of-speech',
      historyTurns: heard.length,
      warnings: said.includes('<emphasis>') ? ['<emphasis> is not followed here'] : [],
      words: spoken,
      timings: {
        readingSeconds: 0,
        tokensSeconds: 0,
        synthesisSeconds: 0,
        firstAudioSeconds: 0,
        totalSeconds: 0,
        realTimeFactor: 0,
      },
      ...(keeps && { state }),
    };
  }
}

/** All of a piece as one word, which its last chunk reports. */
function wordOf(piece: string, end: number): ReplyWord {
  const text = piece.trim();
  const place = { from: 0, to: text.length, tokens: { from: 0, to: 1 } };
  return { text, normalized: text, ...place, start: 0, end, phonemes: [], confidence: 0.5 };
}

/** What the fake engine says: a tenth of a second for every five letters. */
export function tone(text: string, seed: number, heard: readonly string[]): Audio[] {
  const chunks = Math.max(2, Math.ceil(text.length / 5));
  const key = [...heard, text].join('|');
  const sum = [...key].reduce((total, letter) => (31 * total + letter.codePointAt(0)!) % 9973, seed + 7);
  const length = CHUNK_SECONDS * RATE;
  return Array.from({ length: chunks }, (_, chunk) => ({
    samples: Float32Array.from(
      { length },
      (_, i) => 0.5 * Math.sin(((chunk * length + i) * (200 + (sum % 800)) * 2 * Math.PI) / RATE),
    ),
    sampleRate: RATE,
  }));
}

function refuseUnspeakable(text: string): void {
  if (text.includes('☃'))
    throw Object.assign(new Error("nothing in '☃' can be read aloud; write words"), {
      name: 'TextError',
      code: 'unspeakable',
    });
}

/** Seconds; the signal's reason is thrown. */
export function wait(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    if (seconds === 0) return resolve();
    const abort = () => (clearTimeout(timer), reject(signal?.reason));
    const timer = setTimeout(() => (signal?.removeEventListener('abort', abort), resolve()), 1000 * seconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
