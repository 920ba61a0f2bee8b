// The whole of GPT-Talker at inference, top to bottom: history → segments → speech tokens → samples.
import { memoizeTokenizer, type Dialogue, type ReplyText, type TurnTokenizer } from '@gpt-talker/context';
import { Gpt, readEmissions, type TokenEmissions } from '@gpt-talker/gpt';
import { Resting, SessionHost, type ComputeInfo, type HostOptions } from '@gpt-talker/runtime';
import { SpeakerEncoder } from '@gpt-talker/tokenizer';
import { VoiceFileError, openVoice, type Voice, type VoiceManifest, type VoiceProgress } from '@gpt-talker/voice';
import { Vits } from '@gpt-talker/vits';
import { checkConversationOptions, checkLoading, withOptions } from './check-input';
import {
  Conversation,
  type ConversationOptions,
  type ConversationReplyOptions,
  type OpeningOptions,
} from './conversation';
import { parseState, turnOfState } from './conversation-state';
import { TalkerError } from './errors';
import type { ProgressListener } from './progress';
import type { Reply, ReplyOptions } from './reply';
import type { ReplyStream } from './reply-stream';
import {
  readScript,
  wholeScript,
  type ScriptChunk,
  type ScriptLine,
  type ScriptOptions,
  type ScriptReading,
} from './script';
import { Timbre } from './timbre';
import { HEARING_SECONDS, VoiceTokenizer } from './voice-tokenizer';
import { warmedUp } from './warm-up';

export interface TalkerOptions extends HostOptions {
  /** Where it is computed; what that cannot do, the processor does. Default `cpu`. Instead of `executionProviders`. */
  provider?: Provider;
  onProgress?: ProgressListener;
  /**
   * How many replies will be made at the same time. With more than one they share the steps of their tokens, on the processor and where the
   * voice has graphs for that; each is the reply that it would be alone. Takes memory for ConGPT's weights once more. Default 1.
   */
  together?: number;
  /**
   * Speaks something that nobody hears before `load` resolves, for a first reply that comes as soon as later ones. Browsers compile
   * WebAssembly quickly first and well while it is used, so that without it a page's first reply takes several times as long. Default false.
   */
  warmUp?: boolean;
  /** Whether a page keeps the voice's files in Cache Storage, by their SHA-256; default true. See `openVoice`. */
  keep?: boolean;
  /** Gives loading up; `load` rejects with the signal's reason. */
  signal?: AbortSignal;
}

export type Provider = 'cpu' | 'cuda' | 'webgpu';

/** A graph with fewer bytes is computed fastest by one thread: more threads wait for each other longer than they compute. */
const WORTH_THREADS_BYTES = 24 * 1024 * 1024;

/** What a talker is made of; `Talker.load` puts it together. */
export interface TalkerParts {
  voice: Voice;
  gpt: Pick<Gpt, 'open' | 'dispose'>;
  vits: Pick<Vits, 'style' | 'stream' | 'dispose'>;
  tokenizer: TurnTokenizer;
  /** Encodes who speaks; needed by voices whose style depends on it. */
  speaker?: Pick<SpeakerEncoder, 'embed'>;
  /** What says which token is which phoneme, where the voice has it. */
  emissions?: TokenEmissions;
  /** Where the graphs are computed. */
  computeInfo?(): Promise<ComputeInfo>;
  /** Frees what the parts share. */
  dispose(): Promise<void>;
}

/** Speaks the agent's part of a conversation with one voice. */
export class Talker {
  private readonly tokenizer: TurnTokenizer;
  private readonly timbre: Timbre;
  private readonly conversations = new Set<Conversation>();
  private disposal: Promise<void> | undefined;

  /** For those who bring their own parts; `Talker.load` is the usual way. */
  constructor(private readonly parts: TalkerParts) {
    this.tokenizer = memoizeTokenizer(parts.tokenizer);
    this.timbre = new Timbre(parts.vits, parts.voice, parts.speaker);
  }

  /**
   * Checks a voice and loads its graphs: ConGPT into one worker thread, ConVITS into another, so that sound is made while
   * the next tokens are.
   * @param source its folder (in a page: its address), or what `openVoice` gave
   * @throws VoiceFileError (`graph` where the graphs are not those that voice.json describes), RuntimeError or TalkerError, each with a
   *   one-line message
   */
  static async load(source: string | Voice, options: TalkerOptions = {}): Promise<Talker> {
    checkLoading(source, options);
    const { onProgress, provider, together = 1, warmUp = false, keep, signal, ...given } = options;
    signal?.throwIfAborted();
    const PARTS = 4;
    const sessionOptions: HostOptions = {
      // What makes tokens and what makes sound compute at the same time.
      sharedBy: 2,
      ...given,
      ...(provider && { executionProviders: providersOf(provider) }),
    };
    let done = 0;
    const counted = async <T>(part: Promise<T>): Promise<T> => {
      const loaded = await part;
      done++;
      onProgress?.({ stage: 'loading', done, total: PARTS });
      return loaded;
    };
    onProgress?.({ stage: 'loading', done, total: PARTS });
    const starting = [SessionHost.start(sessionOptions), SessionHost.start(sessionOptions)];
    // A missing provider fails while the voice is still being read; the caller gets its error below.
    for (const host of starting) host.catch(() => undefined);
    const disposeHosts = async () => {
      const started = await Promise.allSettled(starting);
      await Promise.all(started.map(async (host) => host.status === 'fulfilled' && host.value.dispose()));
    };
    try {
      const onBytes = onProgress && ((bytes: VoiceProgress) => onProgress({ stage: 'fetching', ...bytes }));
      const voice = await counted(
        typeof source === 'string' ? openVoice(source, { onProgress: onBytes, keep, signal }) : Promise.resolve(source),
      );
      const [tokenHost, soundHost] = await Promise.all(starting);
      const [gpt, vits, tokenizer, speaker, emissions] = await Promise.all([
        counted(
          Gpt.load(withThreads(tokenHost, voice, sessionOptions), voice, {
            together: onProcessor(sessionOptions) ? together : 1,
          }),
        ),
        counted(Vits.load(withThreads(soundHost, voice, sessionOptions), voice)),
        counted(VoiceTokenizer.load(voice, soundHost).then(readSomething)),
        speakerEncoder(voice, soundHost),
        emissionsOf(voice),
      ]);
      const computeInfo = () => soundHost.computeInfo();
      const parts = { voice, gpt, vits, tokenizer, speaker, emissions, computeInfo, dispose: disposeHosts };
      const talker = new Talker(parts);
      if (warmUp) await warmedUp(talker, signal);
      signal?.throwIfAborted();
      return talker;
    } catch (error) {
      await disposeHosts();
      throw ofVoice(error, typeof source === 'string' ? source : source.manifest.name);
    }
  }

  /** What voice.json says. */
  get manifest(): VoiceManifest {
    return this.parts.voice.manifest;
  }

  /** Where replies are computed: with which onnxruntime, on what, with how many threads. */
  async computeInfo(): Promise<ComputeInfo> {
    this.checkOpen();
    if (this.parts.computeInfo) return this.parts.computeInfo();
    throw new TalkerError('unsupported', 'this talker was made of parts that do not say where they compute');
  }

  /** The names of the voice's own speakers, for `speaker`. */
  get speakers(): readonly string[] {
    return this.timbre.speakers;
  }

  /**
   * Speaks a script: lines of several speakers, each with the others' as its history, as one sound.
   * @throws TalkerError `option` for more speakers than the voice has; what `reply` throws
   */
  script(lines: readonly ScriptLine[], options: ScriptOptions = {}): Promise<ScriptReading> {
    return wholeScript(this.streamScript(lines, options));
  }

  /** Like `script`, in chunks, each with the line that it is of. Leaving the loop stops the work. */
  streamScript(
    lines: readonly ScriptLine[],
    options: ScriptOptions = {},
  ): AsyncGenerator<ScriptChunk, void, undefined> {
    return readScript(lines, options, {
      name: this.manifest.name,
      speakers: this.speakers,
      historyTurns: this.manifest.layout.historyTurns,
      stream: (turns, { text, language }, lineOptions) => this.stream({ turns }, { text, language }, lineOptions),
    });
  }

  /**
   * Speaks a text as the agent's next turn of the dialogue.
   * @throws TextError, DialogueError, GptError, VitsError or TalkerError; the signal's reason when aborted
   */
  reply(dialogue: Dialogue, text: string | ReplyText, options: ReplyOptions = {}): Promise<Reply> {
    return this.stream(dialogue, text, options).whole();
  }

  /**
   * Like `reply`, in chunks: an async iterable of Audio that begins long before the reply's last token is made. Leaving the loop
   * early stops the work.
   */
  stream(dialogue: Dialogue, text: string | ReplyText, options: ReplyOptions = {}): ReplyStream {
    return this.once(dialogue, options).reply(text, withOptions<ConversationReplyOptions>(options, { keep: false }));
  }

  /** Like `stream`, for a text that is still being written: each sentence is spoken as soon as it ends. */
  streamFrom(
    dialogue: Dialogue,
    text: AsyncIterable<string> | Iterable<string>,
    options: ReplyOptions & { language?: string } = {},
  ): ReplyStream {
    return this.once(dialogue, options).replyFrom(
      text,
      withOptions<ConversationReplyOptions & { language?: string }>(options, { keep: false }),
    );
  }

  /**
   * Opens a conversation that is kept: its turns are read once, in the background, and a reply pays only for what is new. To the bit, its
   * replies are those of `reply` with the same turns and seed.
   * @throws TalkerError `option` or `disposed`
   */
  conversation(options: ConversationOptions = {}): Conversation {
    this.checkOpen();
    checkConversationOptions(options);
    return this.openConversation(options);
  }

  /**
   * Goes on with a conversation that was kept as JSON.
   * @param state what `conversation.toJSON()` gave
   * @throws TalkerError `state` for anything else, or a conversation with another voice
   */
  async restoreConversation(state: unknown): Promise<Conversation> {
    this.checkOpen();
    const { historyTurns, sampling, style, turns } = parseState(state, this.manifest);
    const conversation = this.openConversation({
      historyTurns,
      sampling,
      ...(style && { style: Float32Array.from(style) }),
    });
    try {
      await conversation.restore(turns.map(turnOfState));
    } catch (error) {
      await conversation.dispose();
      throw error;
    }
    return conversation;
  }

  /** Ends every conversation, frees the voice's graphs and ends the worker threads. May be called again. */
  dispose(): Promise<void> {
    return (this.disposal ??= this.disposeParts());
  }

  private async disposeParts(): Promise<void> {
    await Promise.all([...this.conversations].map((conversation) => conversation.dispose()));
    const { gpt, vits } = this.parts;
    await Promise.all([gpt.dispose(), vits.dispose()]);
    await this.parts.dispose();
  }

  /** A conversation for one reply. Whatever is wrong with it, the reply says. */
  private once(dialogue: Dialogue | undefined, options: ReplyOptions | null): Conversation {
    // A dialogue that was forgotten is not one without turns.
    return this.openConversation({
      dialogue: dialogue ?? (null as unknown as Dialogue),
      historyTurns: options?.historyTurns,
    });
  }

  private openConversation(options: OpeningOptions): Conversation {
    const { gpt, vits, emissions } = this.parts;
    const conversation = new Conversation(
      {
        gpt,
        vits,
        emissions,
        manifest: this.manifest,
        tokenizer: this.tokenizer,
        timbre: this.timbre,
        checkOpen: () => this.checkOpen(),
        onDispose: (disposed) => this.conversations.delete(disposed),
      },
      options,
    );
    this.conversations.add(conversation);
    return conversation;
  }

  private checkOpen(): void {
    if (this.disposal) throw new TalkerError('disposed', 'the talker has been disposed; load the voice again');
  }
}

function providersOf(provider: Provider): Provider[] {
  const known: readonly string[] = ['cpu', 'cuda', 'webgpu'];
  if (!known.includes(provider))
    throw new TalkerError('option', `provider '${String(provider)}' is not known; use one of ${known.join(', ')}`);
  return provider === 'cpu' ? ['cpu'] : [provider, 'cpu'];
}

/** Elsewhere, products of one row and of several need not give the same bits. */
function onProcessor({ executionProviders: [first] = ['cpu'] }: HostOptions): boolean {
  return first === 'cpu';
}

function speakerEncoder(voice: Voice, host: Pick<SessionHost, 'load'>): Pick<SpeakerEncoder, 'embed'> | undefined {
  const { speaker } = voice.manifest;
  if (!speaker) return undefined;
  const encoder = new Resting(() => SpeakerEncoder.load(host, { graph: voice.path(speaker.file) }), HEARING_SECONDS);
  return { embed: (audio, options) => encoder.use((loaded) => loaded.embed(audio, options)) };
}

/** That graphs and voice.json do not fit each other is the voice's fault, whichever package noticed. */
function ofVoice(error: unknown, folder: string): unknown {
  const { name, code, message } = error as { name?: string; code?: string; message?: string };
  if (code !== 'graph' || (name !== 'GptError' && name !== 'VitsError')) return error;
  return new VoiceFileError('graph', `${folder}: ${message}`, { cause: error });
}

/** A host that loads a voice's graphs with as many threads as their size is worth, by default. */
function withThreads(
  host: SessionHost,
  { manifest }: Voice,
  { intraOpThreads }: HostOptions,
): Pick<SessionHost, 'load'> {
  const largest = Math.max(...Object.values(manifest.files).map(({ bytes }) => bytes));
  const threads = intraOpThreads ?? (largest < WORTH_THREADS_BYTES ? 1 : undefined);
  return { load: (source, options) => host.load(source, { intraOpThreads: threads, ...options }) };
}

/** A tokenizer that has read something: its dictionaries are there while the graphs are loaded, not when somebody waits. */
async function readSomething(tokenizer: VoiceTokenizer): Promise<VoiceTokenizer> {
  await tokenizer.text('a').catch(() => undefined);
  return tokenizer;
}

/** What the voice knows of when its words are said. */
async function emissionsOf(voice: Voice): Promise<TokenEmissions | undefined> {
  const { alignment, symbols, semantic } = voice.manifest;
  return alignment && readEmissions(await voice.read(alignment.file), symbols.length, semantic.endOfSpeech);
}
