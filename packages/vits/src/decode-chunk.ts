// From the tokens of one chunk to its samples: the prior draws a latent (and gives the pitch), the decoder makes sound of it.
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { type Chunk } from './chunks';
import { VitsError } from './errors';
import { frameNoise } from './frame-noise';
import { harmonicSource } from './harmonic-source';
import { stretchLatent, stretchedFrame } from './stretch';
import { type Style } from './style';
import { type VitsSessions, type VitsVoice } from './voice';

export interface ChunkRequest {
  chunk: Chunk;
  /** Tokens [from, to) of the chunk. */
  codes: Int32Array;
  /** Of the whole text. */
  phonemes: Int32Array | readonly number[];
  style: Style;
  seed: number;
  noiseScale: number;
  speed: number;
  /** A factor on the pitch, and on how far it moves from its centre. */
  pitch: number;
  pitchRange: number;
  /** The centre, in hertz, as the first chunk had it; undefined for that. */
  pitchCentre?: number;
  /** The pulses' phase where the chunk before ended, at `begin`; 0 for the first. */
  turns: number;
}

export interface DecodedChunk {
  /** Of tokens [from, to), clipped to [−1, 1]. */
  samples: Float32Array;
  /** Where among the samples those of tokens [begin, end) are. */
  begin: number;
  end: number;
  /** The pulses' phase at `end`, in turns; 0 where the voice has no pulses. */
  turns: number;
  /** The middle of the pitch, in hertz, where a range asks for it. */
  pitchCentre?: number;
}

/** @throws VitsError `graph` for what no sound can be made of; the signal's reason */
export async function decodeChunk(
  sessions: VitsSessions,
  voice: VitsVoice,
  request: ChunkRequest,
  signal?: AbortSignal,
): Promise<DecodedChunk> {
  const { chunk, speed, seed, style, turns } = request;
  const { sampleRate, hopSamples, vits } = voice;
  const { interChannels, styleChannels, framesPerToken, source } = vits;
  const { latent, pitch } = await sessions.latent.run(latentInputs(request, voice), { signal });

  const firstFrame = chunk.from * framesPerToken;
  const paced = ({ data }: HostTensor, channels: number) =>
    speed === 1 ? (data as Float32Array) : stretchLatent(data as Float32Array, channels, firstFrame, speed).data;
  const first = stretchedFrame(firstFrame, speed);
  const sampleOf = (token: number) => (stretchedFrame(token * framesPerToken, speed) - first) * hopSamples;
  const [begin, end] = [sampleOf(chunk.begin), sampleOf(chunk.end)];

  const data = paced(latent, interChannels);
  const frames = data.length / interChannels;
  const feeds: Record<string, HostTensor> = {
    latent: float32(data, [1, interChannels, frames]),
    style: float32(style.vector, [1, styleChannels, 1]),
  };
  let endTurns = 0;
  let { pitchCentre } = request;
  if (source === 'harmonic') {
    const anchor = { sample: begin, turns };
    const hertz = paced(pitch, 1);
    pitchCentre ??= geometricMean(hertz);
    const raised = moved(hertz, request, pitchCentre);
    const made = harmonicSource(raised, { sampleRate, hopSamples, seed, firstFrame: first, anchor });
    feeds.source = float32(made.samples, [1, 2, frames, hopSamples]);
    endTurns = made.turns[end];
  }
  const { audio } = await sessions.decoder.run(feeds, { signal });
  return {
    samples: clipped(audio.data as Float32Array, frames * hopSamples),
    begin,
    end,
    turns: endTurns,
    pitchCentre,
  };
}

/** A pitch that is higher, and moves further. */
function moved(hertz: Float32Array, { pitch, pitchRange }: ChunkRequest, centre: number): Float32Array {
  if (pitch === 1 && pitchRange === 1) return hertz;
  return hertz.map((value) => pitch * centre * (value / centre) ** pitchRange);
}

function geometricMean(values: Float32Array): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / Math.max(1, values.length));
}

function latentInputs(
  { chunk, codes, phonemes, style, seed, noiseScale }: ChunkRequest,
  { vits: { interChannels, styleChannels, framesPerToken } }: VitsVoice,
): Record<string, HostTensor> {
  const tokens = codes.length;
  const noise = frameNoise(seed, chunk.from * framesPerToken, tokens * framesPerToken, interChannels);
  return {
    codes: int32(codes, [1, 1, tokens]),
    text: int32(Int32Array.from(phonemes), [1, phonemes.length]),
    style: float32(style.vector, [1, styleChannels, 1]),
    noise: float32(noise, [1, interChannels, tokens, framesPerToken]),
    noise_scale: float32([noiseScale], []),
  };
}

function clipped(samples: Float32Array, expected: number): Float32Array {
  if (samples.length !== expected)
    throw new VitsError(
      'graph',
      `decoder.onnx: made ${samples.length} samples instead of ${expected}; export the voice again`,
    );
  return samples.map((sample) => {
    if (Number.isNaN(sample))
      throw new VitsError('graph', 'decoder.onnx: made samples that are not numbers; export the voice again');
    return Math.min(1, Math.max(-1, sample));
  });
}
