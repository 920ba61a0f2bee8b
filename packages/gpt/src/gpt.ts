// ConGPT as the library offers it: conversation in, speech tokens of the reply out, from an exported graph.
import type { Segment } from '@gpt-talker/context';
import type { Session, SessionHost } from '@gpt-talker/runtime';
import { checkRequirement, type Voice } from '@gpt-talker/voice';
import { name, version } from '../package.json';
import { GptContext, type GenerateOptions } from './context';
import { Generation } from './generation';
import { checkGraph, type GptVoice } from './voice';

export class Gpt {
  private constructor(
    private readonly session: Session,
    private readonly voice: GptVoice,
  ) {}

  /**
   * Loads a voice's `gpt.onnx` into the host's thread.
   * @throws VoiceFileError `version` where the voice needs a later release of this package; GptError `graph` where the graph is not the one that voice.json describes; RuntimeError where it cannot be loaded
   */
  static async load(host: Pick<SessionHost, 'load'>, voice: Pick<Voice, 'path' | 'manifest'>): Promise<Gpt> {
    checkRequirement(voice.manifest, name, version);
    return Gpt.fromSession(await host.load(voice.path('gpt')), voice.manifest);
  }

  /** Generates from a graph that is loaded already; `dispose` frees the session. */
  static async fromSession(session: Session, voice: GptVoice): Promise<Gpt> {
    try {
      checkGraph(session, voice);
    } catch (error) {
      await session.dispose();
      throw error;
    }
    return new Gpt(session, voice);
  }

  /** An empty conversation, to be kept and extended turn by turn. Dispose it after use. */
  open(): Promise<GptContext> {
    return GptContext.open(this.session, this.voice);
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
    await this.session.dispose();
  }
}
