// What a voice encodes speech and text with, as descriptions for workers: a corpus that is prepared with them trains that voice further.
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { FeatureQuantizer } from '@gpt-talker/vits';
import { contentKey } from '../files/hash';
import { type SpeechSpec } from './speech-tools';
import { type TextFeatureSpec } from './text-tools';

export interface VoiceTools {
  speech: SpeechSpec;
  /** For voices that read with BERT. */
  textFeatures?: TextFeatureSpec;
  /** The rate that the voice is trained at. */
  sampleRate: number;
}

/** @throws VoiceFileError where the folder is no voice, or not what its voice.json says */
export async function toolsOfVoice(folder: string): Promise<VoiceTools> {
  const voice = await openVoice(folder);
  const { encoder, semantic, text, sampleRate, speaker } = voice.manifest;
  const textFeatures: TextFeatureSpec | undefined = text.bert && {
    kind: 'bert',
    graph: voice.path(text.bert.file),
    tokenizer: voice.path(text.bert.tokenizer),
    maximumPositions: text.bert.maximumPositions,
    width: text.featureWidth,
    fingerprint: fingerprint(voice, text.bert.file, text.bert.tokenizer),
  };
  if (encoder.kind === 'spectral') {
    return { speech: { kind: 'spectral', codebook: voice.path(encoder.file) }, textFeatures, sampleRate };
  }
  const quantizer = voice.path(encoder.quantizer);
  // The end of speech is a token, but nothing that can be heard.
  const vocabulary = semantic.vocabulary - 1;
  const { normalize, tailSeconds } = encoder;
  const speech: SpeechSpec = {
    kind: 'hubert',
    graph: voice.path(encoder.file),
    statistics: voice.path(encoder.statistics),
    quantizer,
    vocabulary,
    width: await featureWidth(quantizer, vocabulary),
    normalize,
    tailSeconds,
    ...(speaker && { speaker: { graph: voice.path(speaker.file), width: speaker.width } }),
    fingerprint: contentKey(
      fingerprint(voice, encoder.file, encoder.statistics, encoder.quantizer, ...(speaker ? [speaker.file] : [])),
      normalize,
      tailSeconds,
    ),
  };
  return { speech, textFeatures, sampleRate };
}

function fingerprint({ manifest }: Voice, ...keys: string[]): string {
  return contentKey(keys.map((key) => manifest.files[key].sha256));
}

/** The quantiser says how wide the features are that it takes. */
export async function featureWidth(quantizer: string, vocabulary: number): Promise<number> {
  const host = await SessionHost.start({ intraOpThreads: 1 });
  try {
    return (await FeatureQuantizer.load(host, quantizer, vocabulary)).width;
  } finally {
    await host.dispose();
  }
}
