// Voices in this process, as an engine. A conversation that has been read stays open, with its keys and values, until newer ones
// need the place; while it is in use, nobody else has it.
import { LRUCache } from 'lru-cache';
import { Talker, type Conversation, type Reply, type ReplyChunk, type ReplyStream } from '@gpt-talker/talker';
import { Channel } from './channel';
import {
  EngineError,
  type ConversationHandle,
  type Engine,
  type EngineVitals,
  type AddedTurns,
  type HeardTurn,
  type Speech,
  type SpeechTask,
  type SpokenFacts,
  type VoiceDescription,
} from './engine';
import type { WorkerOptions } from './protocol';

/** An open conversation, and which version of it this is. */
interface Open {
  conversation: Conversation;
  version: number;
}

export interface TalkerEngineOptions {
  /** How many conversations stay open. */
  conversations: number;
  /** Seconds after its last use that one stays open. */
  conversationSeconds?: number;
  /** Replies that are made at once. */
  concurrency?: number;
}

export class TalkerEngine implements Engine {
  readonly voices: readonly VoiceDescription[];
  private readonly open: LRUCache<string, Open>;
  private readonly concurrency: number;

  constructor(
    private readonly talkers: ReadonlyMap<string, Talker>,
    { conversations, conversationSeconds = Infinity, concurrency = 2 }: TalkerEngineOptions,
  ) {
    this.voices = [...talkers.values()].map(describe);
    this.concurrency = concurrency;
    this.open = new LRUCache({
      max: conversations,
      ...(Number.isFinite(conversationSeconds) && { ttl: 1000 * conversationSeconds, ttlAutopurge: true }),
      // Not where it is taken out to be used.
      dispose: ({ conversation }, _id, reason) => reason !== 'delete' && void conversation.dispose(),
    });
  }

  /** @throws what keeps a voice from being loaded; EngineError where two have one name */
  static async load({
    voiceFolders,
    threads,
    together,
    provider,
    ...options
  }: WorkerOptions & TalkerEngineOptions): Promise<TalkerEngine> {
    const talkers = new Map<string, Talker>();
    try {
      for (const folder of voiceFolders) {
        const talker = await Talker.load(folder, { intraOpThreads: threads, together, provider });
        const { name } = talker.manifest;
        const known = talkers.has(name);
        if (known) {
          await talker.dispose();
          throw new EngineError(
            'VoiceFileError',
            'duplicate',
            `${folder}: there is a voice '${name}' already; rename one`,
          );
        }
        talkers.set(name, talker);
      }
      return new TalkerEngine(talkers, options);
    } catch (error) {
      await Promise.all([...talkers.values()].map((talker) => talker.dispose()));
      throw error;
    }
  }

  vitals(): EngineVitals {
    return { ready: 1, wanted: 1, capacity: this.concurrency, residentBytes: {} };
  }

  onCapacity(): void {}

  async addTurns(handle: ConversationHandle, turns: readonly HeardTurn[], signal?: AbortSignal): Promise<AddedTurns> {
    return this.using(handle, async (conversation) => {
      const tokens: (number[] | null)[] = [];
      for (const turn of turns) {
        const added = await conversation.add(turn, { signal });
        tokens.push(turn.audio && added.turn.tokens ? [...added.turn.tokens] : null);
      }
      return { tokens, state: conversation.toJSON() };
    });
  }

  speak(task: SpeechTask): Speech {
    const { conversation: handle } = task;
    return new TalkerSpeech(task, (speak) =>
      handle ? this.using(handle, speak) : this.alone(task, (conversation) => speak(conversation)),
    );
  }

  forget(id: string): void {
    const known = this.open.get(id);
    this.open.delete(id);
    void known?.conversation.dispose();
  }

  async dispose(): Promise<void> {
    this.open.clear();
    await Promise.all([...this.talkers.values()].map((talker) => talker.dispose()));
  }

  /** Works with a conversation, which is open afterwards; where the work fails, it is not. */
  private async using<T>(handle: ConversationHandle, work: (conversation: Conversation) => Promise<T>): Promise<T> {
    const conversation = await this.take(handle);
    const before = conversation.turns.length;
    try {
      const result = await work(conversation);
      const grown = conversation.turns.length > before;
      this.open.set(handle.id, { conversation, version: handle.version + (grown ? 1 : 0) });
      return result;
    } catch (error) {
      await conversation.dispose();
      throw error;
    }
  }

  private async take({ id, voice, version, historyTurns, sampling, load }: ConversationHandle): Promise<Conversation> {
    const known = this.open.get(id);
    this.open.delete(id);
    if (known?.version === version) return known.conversation;
    await known?.conversation.dispose();
    const talker = this.talker(voice);
    const state = version === 0 ? undefined : await load();
    if (state === undefined) return talker.conversation({ historyTurns, sampling });
    return restore(talker, state);
  }

  /** Works with a conversation of which nothing stays. */
  private async alone<T>(
    { voice, reference }: SpeechTask,
    work: (conversation: Conversation) => Promise<T>,
  ): Promise<T> {
    const said = reference?.text;
    const talker = this.talker(voice ?? this.voices[0].name);
    const { audio, others = [] } = reference ?? {};
    // With its words the reference is a turn, whose style is the reply's; that of several is the mean of theirs.
    const timbre = audio && (!said || others.length > 0) ? [audio, ...others] : undefined;
    const conversation = talker.conversation({ reference: timbre });
    try {
      // With its words, the reference is a turn, which gives its manner too.
      if (reference && said) await conversation.add({ role: 'agent', text: said, audio: reference.audio });
      return await work(conversation);
    } finally {
      await conversation.dispose();
    }
  }

  private talker(voice: string): Talker {
    const talker = this.talkers.get(voice);
    if (!talker) throw new EngineError('TalkerError', 'option', `voice '${voice}' is not loaded`);
    return talker;
  }
}

/** A reply that a talker makes; begins when it is first read. */
class TalkerSpeech implements Speech {
  facts: SpokenFacts | undefined;
  private stream: ReplyStream | undefined;
  private interruption: Promise<Reply> | undefined;
  private interruptAt: number | undefined;

  constructor(
    private readonly task: SpeechTask,
    private readonly within: (speak: (conversation: Conversation) => Promise<void>) => Promise<void>,
  ) {}

  interrupt(heardSeconds: number): void {
    this.interruptAt ??= heardSeconds;
    if (!this.stream) return;
    this.interruption ??= this.stream.interrupt(this.interruptAt);
    this.interruption.catch(() => undefined); // told by the loop
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyChunk, void, undefined> {
    const channel = new Channel<ReplyChunk>(() => this.interrupt(0));
    const work = this.within(async (conversation) => {
      const stream = this.begin(conversation);
      for await (const chunk of stream) channel.push(chunk);
      const reply = await (this.interruption ?? stream.finished);
      const keeps = this.task.conversation !== undefined && this.task.keep !== false && reply.audio.samples.length > 0;
      this.facts = { ...factsOf(reply), ...(keeps && { state: conversation.toJSON() }) };
    }).then(
      () => channel.end(),
      (error: unknown) => channel.fail(error),
    );
    try {
      yield* channel;
    } finally {
      // Where it was left before the end, nothing is computed any more when this returns.
      await work;
    }
  }

  private begin(conversation: Conversation): ReplyStream {
    const { text, language, seed, sampling, historyTurns, speed, keep, signal } = this.task;
    const { instructions, pauseSeconds, pitchSemitones, retake, speaker, split } = this.task;
    const { conversation: kept, reference } = this.task;
    const manner = { instructions, pauseSeconds, pitchSemitones, retake, speaker, split };
    const options = {
      ...manner,
      // Without a conversation of its own, one was opened with the reference.
      ...(kept && reference && { reference: [reference.audio, ...(reference.others ?? [])] }),
      seed,
      sampling,
      historyTurns,
      speed,
      signal,
      keep: this.task.conversation ? keep : false,
    };
    const stream =
      typeof text === 'string'
        ? conversation.reply({ text, language }, options)
        : conversation.replyFrom(text, { ...options, language });
    this.stream = stream;
    if (this.interruptAt !== undefined) this.interrupt(this.interruptAt);
    return stream;
  }
}

/** A conversation from its state, which others may have written: whatever is wrong with it is said as such. */
async function restore(talker: Talker, state: unknown): Promise<Conversation> {
  try {
    return await talker.restoreConversation(state);
  } catch (error) {
    // Ours say what they are.
    if (typeof (error as { code?: unknown } | null)?.code === 'string') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('TalkerError', 'state', `this conversation cannot go on (${reason}); begin a new one`);
  }
}

function factsOf({ audio, tokens, ...reply }: Reply): SpokenFacts {
  const { text, stopReason, historyTurns, warnings, attempts, words, timings } = reply;
  const seconds = audio.samples.length / audio.sampleRate;
  return { text, tokens: [...tokens], seconds, stopReason, historyTurns, warnings, attempts, words, timings };
}

function describe({ manifest, speakers }: Talker): VoiceDescription {
  const { name, description = '', languages, sampleRate, license, origin, model, consent } = manifest;
  const { layout, semantic, sampling } = manifest;
  const { topK, topP, temperature, repetitionPenalty, minimumTokens, stutterTokens } = sampling;
  return {
    name,
    description,
    languages: [...languages],
    sampleRate,
    license,
    origin,
    ...(model !== undefined && { model }),
    ...(consent && { consent: { ...consent } }),
    historyTurns: layout.historyTurns,
    tokensPerSecond: semantic.tokensPerSecond,
    speakers: [...speakers],
    sampling: { topK, topP, temperature, repetitionPenalty, minimumTokens, stutterTokens },
  };
}
