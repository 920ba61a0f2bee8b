// A conversation that is kept: each turn is read once, when it comes, and a reply pays for its own text and speech only. To the
// bit, its replies are those of `Talker.reply` with the same turns and seed.
import {
  DialogueError,
  isReference,
  readHistory,
  readTurn,
  sequenceLength,
  type Dialogue,
  type ReplyText,
  type Segment,
  type Turn,
  type TurnTokenizer,
} from '@gpt-talker/context';
import type { Gpt } from '@gpt-talker/gpt';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { Style } from '@gpt-talker/vits';
import {
  checkReplyOptions,
  checkWrittenText,
  checkedDialogue,
  checkedText,
  checkedTurn,
  checkAddOptions,
  withOptions,
} from './check-input';
import { stateOfTurn, voiceIdentity, type ConversationState } from './conversation-state';
import { TalkerError } from './errors';
import { HistoryWindow, leaseOnce, type HistoryLease } from './history-window';
import type { ProgressListener } from './progress';
import type { Reply, ReplyOptions, Sampling } from './reply';
import { readInstructions } from './instructions';
import { ReplyJournal } from './reply-journal';
import { ReplyStream, type ReplyMaker } from './reply-stream';
import { FASTEST, SLOWEST } from './speed';
import type { SynthesisParts, TextPieces } from './synthesis-task';
import { synthesizeReply } from './synthesize-reply';
import { textPieces, writtenTextPieces } from './text-source';
import { lengthWarnings, type References, type Timbre } from './timbre';
import { unlessAborted } from './unless-aborted';

export interface ConversationOptions {
  /** How many turns before a reply are read; default: as the voice says. */
  historyTurns?: number;
  /** For all replies, unless they are asked for with other settings. */
  sampling?: Sampling;
  /** Speech that gives all replies their timbre, instead of the agent's latest turn; several recordings are averaged. */
  reference?: References;
  /** Which of the voice's speakers speaks (`talker.speakers`); default: that of the agent's latest turn, or the voice's first. */
  speaker?: string;
}

export interface ConversationReplyOptions extends ReplyOptions {
  /** Whether the reply becomes the agent's next turn, as far as it is heard; default true. */
  keep?: boolean;
}

/** What `add` made of a turn. */
export interface AddedTurn {
  /** The turn's place in the conversation, from 0. */
  index: number;
  turn: Turn;
  /** What was left out of its text, or read by guessing. */
  warnings: readonly string[];
}

/** What a conversation needs of its talker. */
export interface ConversationParts extends SynthesisParts {
  gpt: Pick<Gpt, 'open'>;
  timbre: Timbre;
  tokenizer: TurnTokenizer;
  manifest: VoiceManifest;
  /** @throws TalkerError `disposed` */
  checkOpen(): void;
  /** Told when the conversation is disposed. */
  onDispose(conversation: Conversation): void;
}

/** What only the talker and its tests say of a conversation. */
export interface OpeningOptions extends ConversationOptions {
  /** The style of the reference that it was opened with, where that is all that is kept of it. */
  style?: Float32Array;
  /** What was said before, by a conversation that has one reply and ends with it: read when that is made, and as far as it reaches back. */
  dialogue?: Dialogue;
}

interface Entry {
  turn: Turn;
  segments: readonly Segment[];
}

export class Conversation {
  readonly historyTurns: number;
  private readonly entries: Entry[] = [];
  private readonly window: HistoryWindow;
  /** Whatever changes the turns waits for what was asked for before. */
  private last: Promise<unknown> = Promise.resolve();
  private readonly replies = new Set<ReplyStream>();
  /** The style of the reference that it was opened with. */
  private style: Float32Array | undefined;
  private disposal: Promise<void> | undefined;

  /** @internal Use `talker.conversation()`. */
  constructor(
    private readonly parts: ConversationParts,
    private readonly options: OpeningOptions = {},
  ) {
    const { layout } = parts.manifest;
    this.historyTurns = options.historyTurns ?? layout.historyTurns;
    // Of a conversation with one reply, what is wrong is told by that.
    if (!options.dialogue) checkTurns(this.historyTurns);
    this.window = new HistoryWindow(parts.gpt, this.historyTurns, layout.maxPositions);
    this.style = options.style;
    // A reference that has no style is an error of the replies, which meet it again.
    if (options.reference && !options.dialogue)
      this.last = parts.timbre.styleOf(options.reference).then(({ vector }) => void (this.style = vector), ignore);
  }

  /** What was said so far. Of sound, only the tokens and the style of the agent's are kept. */
  get turns(): readonly Turn[] {
    return this.entries.map(({ turn }) => turn);
  }

  /** Bytes that the conversation holds: keys, values, tokens, styles and texts. */
  get bytes(): number {
    const held = ({ turn, segments }: Entry) =>
      2 * turn.text.length + 4 * (sequenceLength(segments) + (turn.style?.length ?? 0));
    return this.entries.reduce((sum, entry) => sum + held(entry), this.window.bytes);
  }

  /**
   * Adds what was said, by whomever. Its sound is tokenized and need not be kept.
   * @throws DialogueError `turn` where it cannot be read, `too-long` where the voice could never hold it; the conversation stays as it was
   */
  add(turn: Turn, options: { signal?: AbortSignal } = {}): Promise<AddedTurn> {
    return this.exclusively(async () => {
      checkAddOptions(options);
      const { signal } = options;
      signal?.throwIfAborted();
      const added = await this.read(checkedTurn(turn, this.entries.length + 1));
      signal?.throwIfAborted();
      const index = this.append(added);
      return { index, turn: added.turn, warnings: added.warnings };
    });
  }

  /**
   * Speaks a text as the agent's next turn. What was asked for before is waited for; with `keep`, what is asked for next waits for
   * the end of this reply, which comes when its stream has been read, interrupted, left or aborted.
   * @throws in the stream: TextError, DialogueError, GptError, VitsError or TalkerError; the signal's reason when aborted
   */
  reply(text: string | ReplyText, options: ConversationReplyOptions = {}): ReplyStream {
    const asked = typeof text === 'object' && text?.language !== undefined ? { language: text.language } : {};
    return this.startReply(
      () => textPieces(checkedText(text).text, options),
      withOptions<ConversationReplyOptions & { language?: string }>(options, asked),
    );
  }

  /**
   * Speaks a text that is still being written, such as by a language model: each sentence as soon as it ends. The text's iterator
   * is told to return when the reply is interrupted.
   * @throws in the stream: as `reply`, and what the text's iterator throws
   */
  replyFrom(
    text: AsyncIterable<string> | Iterable<string>,
    options: ConversationReplyOptions & { language?: string } = {},
  ): ReplyStream {
    return this.startReply((signal, isHungry) => {
      checkWrittenText(text);
      return writtenTextPieces(text, { ...options, signal, isHungry, eager: this.canBeginEarly(options) });
    }, options);
  }

  /** Frees the keys and values, such as when nobody has spoken for a while; the next reply reads its history again. */
  forget(): Promise<void> {
    return this.window.forget();
  }

  /** The conversation as plain JSON, for `talker.restoreConversation`: everything but what can be computed again. */
  toJSON(): ConversationState {
    const { options, style } = this;
    const { sampling } = options;
    return {
      version: 1,
      voice: voiceIdentity(this.parts.manifest),
      historyTurns: this.historyTurns,
      ...(sampling && { sampling: { ...sampling } }),
      ...(style && { style: [...style] }),
      turns: this.turns.map(stateOfTurn),
    };
  }

  /** Interrupts its replies and frees everything. May be called again. */
  dispose(): Promise<void> {
    return (this.disposal ??= (async () => {
      await Promise.allSettled([...this.replies].map((reply) => reply.interrupt()));
      await this.window.dispose();
      this.parts.onDispose(this);
    })());
  }

  /** @internal Takes over the turns of a kept state. */
  async restore(turns: readonly Turn[]): Promise<void> {
    for (const turn of turns) this.append(await this.read(turn));
  }

  /** Going on in the middle of a sentence takes knowing where its words are, a voice that reads turn by turn, and one take. */
  private canBeginEarly({ eager = true, takes = 1 }: ReplyOptions): boolean {
    const { emissions, manifest } = this.parts;
    return eager && takes === 1 && emissions !== undefined && manifest.layout.order === 'interleaved';
  }

  private startReply(pieces: TextPieces, options: ConversationReplyOptions & { language?: string }): ReplyStream {
    // What is no object is refused by `make`.
    const { keep = true, seed = 0, signal, language } = Object(options) as typeof options;
    const journal = new ReplyJournal(seed, this.parts.manifest.sampleRate, language);
    const before = this.last;
    let kept: Entry | undefined;
    const make: ReplyMaker = async (emit, stopped) => {
      await unlessAborted(before, stopped);
      this.checkOpen();
      checkReplyOptions(options);
      journal.warnings.push(...lengthWarnings(options.reference ?? this.options.reference));
      const manner = this.mannerOf(options, journal);
      try {
        const conversation = await this.leaseFor(options, journal, stopped);
        const sampling = { ...this.options.sampling, ...options.sampling };
        try {
          await synthesizeReply({
            ...this.parts,
            conversation,
            pieces,
            options: { ...options, ...manner, sampling },
            journal,
            emit,
            signal: stopped,
          });
        } finally {
          await conversation.release();
        }
      } finally {
        if (this.options.dialogue !== undefined) {
          await this.window.dispose();
          this.parts.onDispose(this);
        }
      }
    };
    const stream = new ReplyStream(journal, make, {
      // Anything else is refused by `make`.
      signal: signal instanceof AbortSignal ? signal : undefined,
      onEnd: async (reply) => {
        if (keep) kept = await this.keep(reply, language);
      },
      onShortened: async (reply) => {
        if (kept) await this.exclusively(() => this.shorten(kept!, reply));
      },
    });
    this.replies.add(stream);
    const ended = stream.finished.then(ignore, ignore).then(() => void this.replies.delete(stream));
    if (keep) this.last = ended;
    return stream;
  }

  /** How a reply is to be spoken, with what its instructions ask for. */
  private mannerOf(options: ReplyOptions, journal: ReplyJournal): Partial<ReplyOptions> {
    const { instructions } = options;
    if (instructions === undefined) return {};
    const { speed, pitchSemitones, pitchRange, gainDecibels, unknown } = readInstructions(instructions);
    if (unknown.length > 0)
      journal.warnings.push(`not known among the instructions: ${unknown.map((words) => `'${words}'`).join(', ')}`);
    return {
      speed: Math.min(FASTEST, Math.max(SLOWEST, (options.speed ?? 1) * speed)),
      pitchSemitones: (options.pitchSemitones ?? 0) + pitchSemitones,
      pitchRange: (options.pitchRange ?? 1) * pitchRange,
      gainDecibels: (options.gainDecibels ?? 0) + gainDecibels,
    };
  }

  /** What a reply answers: history and timbre. */
  private async leaseFor(
    { historyTurns = this.historyTurns, reference, speaker = this.options.speaker, onProgress }: ReplyOptions,
    journal: ReplyJournal,
    signal: AbortSignal,
  ): Promise<HistoryLease & { style: Style }> {
    const { timbre } = this.parts;
    checkTurns(historyTurns);
    const dialogue = this.options.dialogue === undefined ? undefined : checkedDialogue(this.options.dialogue);
    if (dialogue) await this.prefill(dialogue, journal, signal, onProgress);
    const given = reference ?? this.options.reference;
    const [style, lease] = await Promise.all([
      !given && speaker === undefined && this.style
        ? { vector: this.style }
        : timbre.style(dialogue ?? { turns: this.turns }, given, speaker),
      historyTurns === this.historyTurns
        ? this.window.lease(signal)
        : leaseOnce(
            this.parts,
            this.entries.map(({ segments }) => segments),
            historyTurns,
            signal,
          ),
    ]);
    journal.historyTurns = lease.history.length;
    const total = lease.history.length;
    if (dialogue) onProgress?.({ stage: 'reading', done: total, total });
    return { ...lease, style };
  }

  /** Tokenizes as much of a dialogue as a reply reads. */
  private async prefill(
    dialogue: Dialogue,
    journal: ReplyJournal,
    signal: AbortSignal,
    onProgress?: ProgressListener,
  ): Promise<void> {
    const { turns, warnings } = await readHistory(dialogue, this.parts.tokenizer, {
      historyTurns: this.historyTurns,
      signal,
      onTurn: (done, total) => onProgress?.({ stage: 'reading', done, total }),
    });
    journal.warnings.push(...warnings);
    for (const segments of turns) this.window.push(segments);
  }

  private async read(turn: Turn): Promise<Entry & { warnings: readonly string[] }> {
    const { timbre, tokenizer, manifest } = this.parts;
    const number = this.entries.length + 1;
    const { segments, warnings } = await readTurn(turn, number, tokenizer);
    const positions = sequenceLength(segments);
    if (positions >= manifest.layout.maxPositions) {
      throw new DialogueError(
        'too-long',
        `turn ${number} (${turn.role}) takes ${positions} positions (phonemes and speech tokens), but this voice holds ` +
          `${manifest.layout.maxPositions} with the reply; split the turn`,
      );
    }
    const { audio, style, ...said } = turn;
    const isVoiced = turn.role === 'agent' && isReference(turn);
    const vector = isVoiced ? (style ?? (await timbre.styleOf(audio!)).vector) : undefined;
    const speech = segments.find((segment) => segment.kind === 'speech');
    return {
      turn: { ...said, ...(speech && { tokens: speech.tokens }), ...(vector && { style: vector }) },
      segments,
      warnings,
    };
  }

  private append({ turn, segments }: Entry): number {
    this.window.push(segments);
    this.window.readAhead();
    return this.entries.push({ turn, segments }) - 1;
  }

  /** Makes what was heard of a reply the agent's next turn. */
  private async keep(reply: Reply, language: string | undefined): Promise<Entry | undefined> {
    const turn = turnOfReply(reply, language);
    if (!turn || this.disposal) return undefined;
    const entry = await this.read(turn);
    this.append(entry);
    return this.entries.at(-1);
  }

  private async shorten(kept: Entry, reply: Reply): Promise<void> {
    const index = this.entries.indexOf(kept);
    if (index < 0) return;
    const turn = turnOfReply(reply, kept.turn.language);
    const entry = turn && (await this.read(turn));
    await this.window.replace(index, entry?.segments);
    if (entry) Object.assign(kept, { turn: entry.turn, segments: entry.segments });
    else this.entries.splice(index, 1);
    this.window.readAhead();
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.last.then(() => {
      this.checkOpen();
      return work();
    });
    this.last = result.then(ignore, ignore);
    return result;
  }

  private checkOpen(): void {
    this.parts.checkOpen();
    if (this.disposal) throw new TalkerError('disposed', 'the conversation has been disposed; open a new one');
  }
}

const ignore = (): void => undefined;

/** The turn that a conversation remembers of a reply; none where no word of it was heard. */
function turnOfReply({ text, tokens }: Reply, language: string | undefined): Turn | undefined {
  if (tokens.length === 0 || text === '') return undefined;
  return { role: 'agent', text, ...(language !== undefined && { language }), tokens };
}

function checkTurns(historyTurns: number): void {
  if (Number.isInteger(historyTurns) && historyTurns >= 0) return;
  throw new TalkerError('option', `historyTurns is ${historyTurns}; give a whole number of at least 0`);
}
