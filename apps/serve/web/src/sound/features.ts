// What can be seen of a voice: its mel picture, its pitch, its level. Computed here in the page, from the samples.
import {
  decibels,
  logMelSpectrogram,
  rootMeanSquare,
  trackPitch,
  type Audio,
  type LogMelSpectrogram,
} from '@gpt-talker/audio/browser';

export interface Features {
  seconds: number;
  mel: LogMelSpectrogram;
  /** One value every `hopSeconds`; 0 where nothing is sung or spoken on a pitch. */
  hertz: Float32Array;
  hopSeconds: number;
  /** Highest frequency in the mel picture. */
  highHertz: number;
  /** Over the voiced frames; undefined when there are none. */
  pitch?: { medianHertz: number; rangeSemitones: number };
  levelDecibels: number;
}

/** Speech has nothing to show above 8 kHz; less sound is analysed faster. */
const ANALYSIS_RATE = 16_000;
const HOP_SAMPLES = 160;

const known = new WeakMap<Audio, Promise<Features>>();

/** The features of `audio`, computed once. */
export function featuresOf(audio: Audio): Promise<Features> {
  let features = known.get(audio);
  if (!features) known.set(audio, (features = toAnalysisRate(audio).then(analyse)));
  return features;
}

/** Measures sound of at most 24 kHz. */
export function analyse({ samples, sampleRate }: Audio): Features {
  const hopSamples = Math.round((HOP_SAMPLES / ANALYSIS_RATE) * sampleRate);
  const mel = logMelSpectrogram(samples, { sampleRate, fftSize: 1024, windowSamples: 512, hopSamples, mels: 80 });
  const { hertz } = trackPitch(samples, { sampleRate, hopSamples });
  return {
    seconds: samples.length / sampleRate,
    mel,
    hertz,
    hopSeconds: hopSamples / sampleRate,
    highHertz: sampleRate / 2,
    pitch: describePitch(hertz),
    levelDecibels: decibels(rootMeanSquare(samples)),
  };
}

/** The middle of the pitch, and between which tenths it moves. */
export function describePitch(hertz: Float32Array): Features['pitch'] {
  const voiced = hertz.filter((value) => value > 0).sort();
  if (voiced.length < 5) return undefined;
  const at = (share: number) => voiced[Math.round(share * (voiced.length - 1))];
  return { medianHertz: at(0.5), rangeSemitones: 12 * Math.log2(at(0.95) / at(0.05)) };
}

async function toAnalysisRate(audio: Audio): Promise<Audio> {
  if (audio.sampleRate <= 1.5 * ANALYSIS_RATE) return audio;
  const length = Math.max(1, Math.floor((audio.samples.length / audio.sampleRate) * ANALYSIS_RATE));
  const offline = new OfflineAudioContext(1, length, ANALYSIS_RATE);
  const buffer = offline.createBuffer(1, audio.samples.length, audio.sampleRate);
  buffer.copyToChannel(new Float32Array(audio.samples), 0);
  const source = offline.createBufferSource();
  source.buffer = buffer;
  source.connect(offline.destination);
  source.start();
  const rendered = await offline.startRendering();
  return { samples: rendered.getChannelData(0), sampleRate: ANALYSIS_RATE };
}
