// The speech model. It is of the specification's version 3, which ai 6 and 7 take; ai 7's streamSpeech also finds `doStream`.
import type { JSONObject, SharedV3Warning, SpeechModelV3, SpeechModelV3CallOptions } from '@ai-sdk/provider';
import { markSynthetic, writeWav, type Audio } from '@gpt-talker/audio';
import type { Dialogue } from '@gpt-talker/context';
import type { Talker } from '@gpt-talker/talker';
import { PROVIDER, talkerCall, type CallOptions } from './call-options';

export interface SpeechStreamOptions extends CallOptions {
  text: ReadableStream<{ type: 'text'; text: string }>;
  outputFormat?: { type: string; rate?: number };
}

/** What `doStream` gives, part by part. */
export type SpeechPart =
  | { type: 'stream-start'; warnings: SharedV3Warning[] }
  | { type: 'audio'; audio: Uint8Array; audioFormat: { type: 'audio/pcm'; rate: number } }
  | {
      type: 'finish';
      usage: { inputCharacters: number; outputTokens: number };
      providerMetadata: Record<string, JSONObject>;
    };

export interface SpeechModelParts {
  talker(): Promise<Talker>;
  said(): Promise<Dialogue>;
}

export class GptTalkerSpeechModel implements SpeechModelV3 {
  readonly specificationVersion = 'v3';
  readonly provider = PROVIDER;

  constructor(
    readonly modelId: string,
    private readonly parts: SpeechModelParts,
  ) {}

  /**
   * Speaks a text: a wav file, or with `outputFormat: 'pcm'` its samples, 16 bits little-endian.
   * @throws GptTalkerOptionError; what `Talker.load` and `talker.reply` throw
   */
  async doGenerate({
    text,
    outputFormat = 'wav',
    ...call
  }: SpeechModelV3CallOptions): Promise<Awaited<ReturnType<SpeechModelV3['doGenerate']>>> {
    const timestamp = new Date();
    const { talker, dialogue, options, warnings } = await this.prepare(call);
    if (outputFormat !== 'wav' && outputFormat !== 'pcm')
      warnings.push({
        type: 'unsupported',
        feature: 'outputFormat',
        details: `there are wav and pcm, not ${outputFormat}`,
      });
    const { language, ...replyOptions } = options;
    const reply = await talker.reply(dialogue, { text, language }, replyOptions);
    const { audio, seed, stopReason, historyTurns, timings } = reply;
    return {
      audio: outputFormat === 'pcm' ? pcm(audio) : markSynthetic(writeWav(audio)),
      warnings: [...warnings, ...reply.warnings.map((message) => ({ type: 'other' as const, message }))],
      response: { timestamp, modelId: this.modelId },
      providerMetadata: {
        [PROVIDER]: {
          sampleRate: audio.sampleRate,
          seconds: audio.samples.length / audio.sampleRate,
          seed,
          stopReason,
          historyTurns,
          timings: { ...timings },
        },
      },
    };
  }

  /**
   * Speaks a text while it is being written, sentence by sentence; for `experimental_streamSpeech` of ai 7. Cancelling the stream stops
   * the work.
   */
  async doStream({
    text,
    outputFormat,
    ...call
  }: SpeechStreamOptions): Promise<{ stream: ReadableStream<SpeechPart> }> {
    const { talker, dialogue, options, warnings } = await this.prepare(call);
    const { sampleRate } = talker.manifest;
    if (outputFormat && !(outputFormat.type === 'audio/pcm' && (outputFormat.rate ?? sampleRate) === sampleRate))
      warnings.push({
        type: 'unsupported',
        feature: 'outputFormat',
        details: `what streams is audio/pcm at ${sampleRate} Hz`,
      });
    let inputCharacters = 0;
    const words = async function* (): AsyncGenerator<string> {
      for await (const part of text as unknown as AsyncIterable<{ text: string }>) {
        inputCharacters += part.text.length;
        yield part.text;
      }
    };
    const reply = talker.streamFrom(dialogue, words(), options);
    const parts = async function* (): AsyncGenerator<SpeechPart> {
      yield { type: 'stream-start', warnings };
      for await (const chunk of reply)
        yield { type: 'audio', audio: pcm(chunk), audioFormat: { type: 'audio/pcm', rate: sampleRate } };
      const { tokens, seed, stopReason, text: spoken } = await reply.finished;
      yield {
        type: 'finish',
        usage: { inputCharacters, outputTokens: tokens.length },
        providerMetadata: { [PROVIDER]: { sampleRate, seed, stopReason, text: spoken } },
      };
    };
    return { stream: streamOf(parts()) };
  }

  private async prepare(call: CallOptions) {
    const [talker, said] = await Promise.all([this.parts.talker(), this.parts.said()]);
    call.abortSignal?.throwIfAborted();
    return { talker, ...talkerCall(call, said, talker) };
  }
}

/** Samples in [−1, 1] as 16 bits, little-endian. */
function pcm({ samples }: Audio): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * samples.length));
  samples.forEach((sample, i) =>
    view.setInt16(2 * i, Math.max(-32768, Math.min(32767, Math.round(sample * 32768))), true),
  );
  return new Uint8Array(view.buffer);
}

/** `ReadableStream.from`, which not every runtime has. */
function streamOf<T>(source: AsyncGenerator<T>): ReadableStream<T> {
  return new ReadableStream<T>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return(undefined);
    },
  });
}
