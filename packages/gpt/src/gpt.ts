// ConGPT as the library offers it: conversation in, speech tokens of the reply out, from an exported graph.
import type { Segment } from '@gpt-talker/context';
import type { Session, SessionHost } from '@gpt-talker/runtime';
import { checkRequirement, type Voice } from '@gpt-talker/voice';
import { name, version } from '../package.json';
import { GptContext, type GenerateOptions } from './context';
import { Generation } from './generation';
import { TokenSteps, type SharedStep } from './token-steps';
import { checkGraph, type GptVoice } from './voice';

export interface GptOptions {
  /**
   * How many replies will be made at the same time: with more than one, they share the steps of their tokens where the voice has a graph
   * for that (`gpt.together` in voice.json), which takes memory for its weights once more. Each reply is the one that it would be alone.
   * Default 1.
   */
  together?: number;
}

export class Gpt {
  private readonly steps: TokenSteps;

  private constructor(
    private readonly session: Session,
    private readonly voice: GptVoice,
    private readonly shared?: SharedStep,
  ) {
    this.steps = new TokenSteps(session, shared);
  }

  /**
   * Loads a voice's `gpt.onnx` into the host's thread, and with it the graph for several replies where that is wanted and there.
   * @throws VoiceFileError `version` where the voice needs a later release of this package; GptError `graph` where the graph is not the one that voice.json describes; RuntimeError where it cannot be loaded
   */
  static async load(
    host: Pick<SessionHost, 'load'>,
    voice: Pick<Voice, 'path' | 'manifest'>,
    { together = 1 }: GptOptions = {},
  ): Promise<Gpt> {
    checkRequirement(voice.manifest, name, version);
    const session = await host.load(voice.path('gpt'));
    const graph = together > 1 ? graphFor(together, voice.manifest) : undefined;
    // onnxruntime-web does not read one file’s weights out of another. There, and where memory is short, replies take turns, as with voices
    // that have no such graph.
    const shared = graph && (await host.load(voice.path(graph.file)).catch(() => undefined));
    return Gpt.fromSession(session, voice.manifest, shared && { session: shared, size: graph.size });
  }

  /** Generates from a graph that is loaded already; `dispose` frees the session, and that of a shared step. */
  static async fromSession(session: Session, voice: GptVoice, shared?: SharedStep): Promise<Gpt> {
    try {
      checkGraph(session, voice);
    } catch (error) {
      await Promise.all([session.dispose(), shared?.session.dispose()]);
      throw error;
    }
    return new Gpt(session, voice, shared);
  }

  /** An empty conversation, to be kept and extended turn by turn. Dispose it after use. */
  open(): Promise<GptContext> {
    return GptContext.open(this.session, this.voice, this.steps);
  }

  /**
   * One reply to a whole conversation.
   * @param segments history and, last, the text to be spoken (what `buildContext` of @gpt-talker/context returns)
   */
  generate(segments: readonly Segment[], options: GenerateOptions = {}): Generation {
    const open = () => this.open();
    return new Generation(async function* () {
      const context = await open();
      try {
        const reply = context.generate(segments, options);
        yield* reply;
        return reply.stopReason!;
      } finally {
        await context.dispose();
      }
    });
  }

  /** Frees the graph and every conversation. */
  async dispose(): Promise<void> {
    await Promise.all([this.session.dispose(), this.shared?.session.dispose()]);
  }
}

/** The smallest graph that takes this many, or the largest. */
function graphFor(together: number, { gpt }: Pick<GptVoice, 'gpt'>): { file: string; size: number } | undefined {
  const bySize = [...(gpt.together ?? [])].sort((a, b) => a.size - b.size);
  return bySize.find(({ size }) => size >= together) ?? bySize[bySize.length - 1];
}
