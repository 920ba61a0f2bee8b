// Conversations from begin to end: turns come in, replies are spoken into them, and everything is saved where it will be found again.
import { markSynthetic, type Audio } from '@gpt-talker/audio';
import type { Sampling } from '@gpt-talker/talker';
import type {
  ConversationHandle,
  Engine,
  HeardTurn,
  SpeakOptions,
  SpokenFacts,
  VoiceDescription,
} from '../engine/engine';
import type { Admission } from '../requests/admission';
import { ApiError } from '../requests/api-error';
import type { Lifetime } from '../requests/lifetime';
import type { Limits } from '../requests/limits';
import type { OpenSpeech, Speaking } from '../requests/speaking';
import { joined } from '../sound/pcm';
import { encodeKept, isKeptWhole } from '../sound/upload';
import { isConversationId, newId } from './ids';
import { KeyedMutex } from './keyed-mutex';
import { asideSound, turnSound, type ConversationRecord, type ReplyRecord, type TurnRecord } from './record';
import { conversationGone, conversationUnreadable, type ConversationStore } from './store';

export interface ConversationParts {
  engine: Engine;
  store: ConversationStore;
  admission: Admission;
  speaking: Speaking;
  limits: Limits;
  /** Told when the engine asks for what it does not remember. */
  onHistoryRead?: () => void;
}

export interface NewConversation {
  voice: VoiceDescription;
  /** Whose it is. */
  user?: string;
  historyTurns?: number;
  sampling?: Sampling;
}

export interface ReplyRequest extends SpeakOptions {
  text: string | AsyncIterable<string>;
  /** How many turns the one who asks knows of: with another number nothing is done. */
  knownTurns?: number;
}

/** A reply under way, and where it will be found. */
export interface OpenReply extends OpenSpeech {
  id: string;
  seed: number;
  voice: VoiceDescription;
  /** The turn that it will be; undefined where it is not kept. */
  index: number | undefined;
  /** What became of it, when the chunks have ended. */
  record(): TurnRecord | undefined;
}

const LONGEST_LINE = 16;
const ASIDES = 8;

export class Conversations {
  private readonly line = new KeyedMutex(LONGEST_LINE);

  constructor(private readonly parts: ConversationParts) {
    parts.store.onForget((id) => parts.engine.forget(id));
  }

  async create({ voice, user, historyTurns, sampling }: NewConversation): Promise<ConversationRecord> {
    const now = new Date().toISOString();
    const record: ConversationRecord = {
      id: newId('c'),
      ...(user !== undefined && { user }),
      voice: voice.name,
      createdAt: now,
      usedAt: now,
      historyTurns,
      sampling,
      turns: [],
      asides: [],
      revision: 0,
      version: 0,
      soundBytes: 0,
    };
    await this.parts.store.create(record);
    return record;
  }

  /** @throws ApiError 404, 410 */
  async read(id: string): Promise<ConversationRecord> {
    if (!isConversationId(id)) throw conversationGone(id);
    const record = await this.parts.store.get(id);
    if (!record) throw conversationGone(id);
    return record;
  }

  /** @throws ApiError 404 */
  async remove(id: string): Promise<void> {
    if (!isConversationId(id) || !(await this.parts.store.delete(id))) throw conversationGone(id);
  }

  /** Forgets all conversations of one user; replies that are being made for them are not kept. @returns how many there were */
  removeOf(user: string): Promise<number> {
    return this.parts.store.deleteOf(user);
  }

  /** The sound of a turn, under the name that it is kept by; of a reply, marked as a machine's. @throws ApiError 404 for a turn of text alone, 410 for a sound that was lost */
  async sound(id: string, { sound, reply }: TurnRecord, name: string): Promise<Uint8Array> {
    if (!sound) throw ApiError.notFound('sound_not_found', 'this turn has no sound; it was given as text alone');
    const bytes = await this.parts.store.sound(id, name);
    if (!bytes || !isKeptWhole(bytes)) throw conversationUnreadable(id, `the sound ${name} is not there, or not whole`);
    return reply ? markSynthetic(bytes) : bytes;
  }

  /** Adds turns; their places are the last ones of the record that comes back. */
  async addTurns(
    id: string,
    turns: readonly HeardTurn[],
    lifetime: Lifetime,
    knownTurns?: number,
  ): Promise<ConversationRecord> {
    const { engine, store, admission } = this.parts;
    const leave = await this.line.enter(id, lifetime.signal);
    try {
      const record = await this.read(id);
      refuseOthers(record, knownTurns);
      this.checkRoom(record, turns.length);
      const done = await admission.enter(lifetime.signal);
      try {
        const { tokens, state } = await engine.addTurns(this.handle(record), turns, lifetime.signal);
        const sounds = turns.map(({ audio }) => audio && encodeKept(audio));
        const heard = turns.map((turn, i) => turnRecord(turn, tokens[i]));
        const added = sounds.flatMap((bytes, i) => (bytes ? [[turnSound(record.turns.length + i), bytes]] : []));
        const saved = this.changed(record, {
          turns: [...record.turns, ...heard],
          version: record.version + 1,
          state,
          soundBytes: record.soundBytes + sounds.reduce((sum, bytes) => sum + (bytes?.byteLength ?? 0), 0),
        });
        await this.save(store, saved, { added: Object.fromEntries(added) as Record<string, Uint8Array> });
        return saved;
      } finally {
        done();
      }
    } finally {
      leave();
    }
  }

  /** Speaks the agent's next turn; it is saved when its last chunk is made. */
  async reply(
    id: string,
    { text, knownTurns, ...options }: ReplyRequest,
    { lifetime, endpoint }: { lifetime: Lifetime; endpoint: string },
  ): Promise<OpenReply> {
    const leave = await this.line.enter(id, lifetime.signal);
    // Whatever happens, the next one's turn comes when this request has ended.
    lifetime.defer(leave);
    try {
      const record = await this.read(id);
      refuseOthers(record, knownTurns);
      const keep = options.keep ?? true;
      if (keep) this.checkRoom(record, 1);
      const replyId = newId('r');
      const request = { ...options, keep };
      let spoken: TurnRecord | undefined;
      const conclude = async (facts: SpokenFacts, chunks: readonly Audio[]): Promise<void> => {
        spoken = await this.saveReply(record, replyId, request, facts, cut(joined(chunks), facts.seconds));
        leave();
      };
      const task = { ...request, text, conversation: this.handle(record) };
      const speech = await this.parts.speaking.open(task, { lifetime, endpoint, conclude });
      return {
        ...speech,
        id: replyId,
        seed: options.seed,
        voice: this.voice(record),
        index: keep ? record.turns.length : undefined,
        record: () => spoken,
      };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** The voice that speaks in a conversation. @throws ApiError 409 where this service no longer has it */
  voice({ voice: name }: ConversationRecord): VoiceDescription {
    const voice = this.parts.engine.voices.find((known) => known.name === name);
    if (voice) return voice;
    const message = `this conversation speaks with voice '${name}', which this service does not have; start it with that voice`;
    throw new ApiError(409, 'voice_not_loaded', message);
  }

  private async saveReply(
    record: ConversationRecord,
    id: string,
    { keep, seed, sampling = {}, speed = 1, speaker }: SpeakOptions,
    facts: SpokenFacts,
    audio: Audio,
  ): Promise<TurnRecord> {
    const { stopReason, historyTurns, warnings, attempts, words, timings, text, tokens } = facts;
    // Of a reply that was interrupted before anything was heard, nothing is kept.
    const kept = Boolean(keep) && facts.state !== undefined;
    const reply: ReplyRecord = {
      ...{ id, kept, seed, sampling, historyTurns, speed, stopReason, warnings, timings },
      ...(attempts !== undefined && { attempts }),
      ...(words && { words: words.map(({ text: word, start, end }) => ({ text: word, start, end })) }),
    };
    const turn: TurnRecord = { ...turnRecord({ role: 'agent', speaker, text, audio }, tokens), reply };
    if (audio.samples.length === 0) return turn;
    const bytes = encodeKept(audio);
    if (kept) {
      const saved = this.changed(record, {
        turns: [...record.turns, turn],
        version: record.version + 1,
        state: facts.state,
        soundBytes: record.soundBytes + bytes.byteLength,
      });
      await this.save(this.parts.store, saved, { added: { [turnSound(record.turns.length)]: bytes } });
    } else {
      const asides = [...record.asides, turn];
      const removed = asides
        .splice(0, Math.max(0, asides.length - ASIDES))
        .map((old) => asideSound(old.reply?.id ?? ''));
      await this.save(this.parts.store, this.changed(record, { asides }), {
        added: { [asideSound(id)]: bytes },
        removed,
      });
    }
    return turn;
  }

  private changed(record: ConversationRecord, changes: Partial<ConversationRecord>): ConversationRecord {
    return { ...record, ...changes, usedAt: new Date().toISOString(), revision: record.revision + 1 };
  }

  private async save(
    store: ConversationStore,
    record: ConversationRecord,
    sounds: Parameters<ConversationStore['save']>[1],
  ): Promise<void> {
    try {
      await store.save(record, sounds);
    } catch (error) {
      // What the engine remembers is ahead of what is kept: it must not go on from there.
      this.parts.engine.forget(record.id);
      throw error;
    }
  }

  private handle(record: ConversationRecord): ConversationHandle {
    this.voice(record);
    const { id, voice, version, historyTurns, sampling, state } = record;
    const load = async () => {
      this.parts.onHistoryRead?.();
      return state;
    };
    return { id, voice, version, historyTurns, sampling, load };
  }

  private checkRoom({ turns, soundBytes }: ConversationRecord, more: number): void {
    const { conversationTurns, conversationBytes } = this.parts.limits;
    if (turns.length + more > conversationTurns) {
      const message = `a conversation holds ${conversationTurns} turns; begin a new one`;
      throw new ApiError(413, 'conversation_full', message);
    }
    if (soundBytes > conversationBytes) {
      const message = `the conversation's sound is over ${conversationBytes} bytes; begin a new one`;
      throw new ApiError(413, 'conversation_full', message);
    }
  }
}

/** @throws ApiError 412 where there are other turns than the caller believes */
function refuseOthers({ turns }: ConversationRecord, known: number | undefined): void {
  if (known === undefined || known === turns.length) return;
  const message = `the conversation has ${turns.length} turns, not the ${known} of If-Match; read it before you go on`;
  throw new ApiError(412, 'turns_differ', message, 'If-Match');
}

function turnRecord({ role, speaker, language, text, audio }: HeardTurn, tokens: number[] | null): TurnRecord {
  return {
    role,
    ...(speaker !== undefined && { speaker }),
    ...(language !== undefined && { language }),
    text,
    createdAt: new Date().toISOString(),
    sound: audio ? { seconds: audio.samples.length / audio.sampleRate, sampleRate: audio.sampleRate } : null,
    tokens,
  };
}

/** The beginning of a sound. */
function cut({ samples, sampleRate }: Audio, seconds: number): Audio {
  return { samples: samples.subarray(0, Math.round(seconds * sampleRate)), sampleRate };
}
