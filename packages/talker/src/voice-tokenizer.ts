// Text and speech as one voice counts them: phonemes by its symbol table (with BERT's vectors where it has them), speech by its encoder.
import type { Audio } from '@gpt-talker/audio';
import type { TokenizedText, TurnTokenizer } from '@gpt-talker/context';
import { Resting, type SessionHost } from '@gpt-talker/runtime';
import type { Voice, VoiceManifest } from '@gpt-talker/voice';
import {
  BertFeatures,
  HubertEncoder,
  SpectralEncoder,
  explain,
  spansOf,
  type SpeechEncoder,
  type TextLanguage,
} from '@gpt-talker/tokenizer';
import { FeatureQuantizer } from '@gpt-talker/vits';
import { TalkerError } from './errors';
import { withEdges } from './text-edges';
import { writtenWords } from './written-words';

export class VoiceTokenizer implements TurnTokenizer {
  private readonly idBySymbol: ReadonlyMap<string, number>;

  constructor(
    private readonly manifest: Pick<VoiceManifest, 'symbols' | 'languages' | 'text' | 'name'>,
    private readonly encoder: Pick<SpeechEncoder, 'encode'>,
    private readonly textFeatures?: Pick<BertFeatures, 'features'>,
  ) {
    this.idBySymbol = new Map(manifest.symbols.map((symbol, id) => [symbol, id]));
  }

  /**
   * Loads what the voice encodes speech and text with; graphs go into the host's thread and are freed with it.
   * @throws whatever is wrong with the voice's files
   */
  static async load(voice: Voice, host: Pick<SessionHost, 'load'>): Promise<VoiceTokenizer> {
    const [encoder, textFeatures] = await Promise.all([loadEncoder(voice, host), loadTextFeatures(voice, host)]);
    return new VoiceTokenizer(voice.manifest, encoder, textFeatures);
  }

  /**
   * @param language where it is left out and the voice speaks several, the text itself decides
   * @throws TextError for text without anything to say; TalkerError `language` or `unsupported`
   */
  async text(text: string, language?: string): Promise<TokenizedText> {
    const spoken = this.spokenLanguage(language);
    const plain = explain(text, { language: spoken });
    const read = withEdges(plain, text, {
      leading: this.manifest.text.shortTextMark,
      knows: (mark) => this.idBySymbol.has(mark),
    });
    // BERT is asked about Mandarin only, as upstream does.
    const stretches = spansOf(read).map((stretch) => (spoken === 'yue' ? { ...stretch, language: spoken } : stretch));
    return {
      phonemes: Int32Array.from(read.phonemes, (symbol) => this.id(symbol)),
      features: await this.textFeatures?.features(stretches),
      warnings: read.warnings,
      words: writtenWords(plain, isOpened(read.phonemes, plain.phonemes) ? 1 : 0),
    };
  }

  /** Semantic tokens, 25 a second. */
  speech(audio: Audio): Promise<Int32Array> {
    return this.encoder.encode(audio);
  }

  private spokenLanguage(wanted = 'auto'): TextLanguage {
    const { languages, name } = this.manifest;
    if (wanted === 'auto') return languages.length > 1 ? 'auto' : languages[0];
    const found = languages.find((language) => language === wanted);
    if (found) return found;
    throw new TalkerError(
      'language',
      `voice '${name}' speaks ${languages.join(', ')}, not '${wanted}'; use another voice or language`,
    );
  }

  private id(symbol: string): number {
    const id = this.idBySymbol.get(symbol);
    if (id !== undefined) return id;
    throw new TalkerError(
      'unsupported',
      `voice '${this.manifest.name}' has no symbol '${symbol}'; use another voice, or write the text differently`,
    );
  }
}

/** Whether a mark was put before what was read. */
function isOpened(read: readonly string[], plain: readonly string[]): boolean {
  return read.length > plain.length && plain.every((phoneme, index) => phoneme === read[index + 1]);
}

/** Seconds that what encodes speech stays loaded: turns of one conversation follow each other sooner. */
export const HEARING_SECONDS = 20;
/** Chinese is read for every reply. */
const READING_SECONDS = 300;

async function loadEncoder(voice: Voice, host: Pick<SessionHost, 'load'>): Promise<Pick<SpeechEncoder, 'encode'>> {
  const { encoder, semantic } = voice.manifest;
  if (encoder.kind === 'spectral') return SpectralEncoder.fromBytes(await voice.read(encoder.file));
  // The end of speech is a token, but nothing that can be heard.
  const quantizer = await FeatureQuantizer.load(host, voice.path(encoder.quantizer), semantic.vocabulary - 1);
  const { normalize, tailSeconds } = encoder;
  const graphs = { graph: voice.path(encoder.file), statistics: voice.path(encoder.statistics) };
  const hubert = new Resting(
    () => HubertEncoder.load(host, { ...graphs, quantizer, normalize, tailSeconds }),
    HEARING_SECONDS,
  );
  return { encode: (audio) => hubert.use((loaded) => loaded.encode(audio)) };
}

async function loadTextFeatures(
  voice: Voice,
  host: Pick<SessionHost, 'load'>,
): Promise<Pick<BertFeatures, 'features'> | undefined> {
  const { bert } = voice.manifest.text;
  if (!bert) return undefined;
  const { file, tokenizer, maximumPositions } = bert;
  const files = { graph: voice.path(file), tokenizer: voice.path(tokenizer), maximumPositions };
  const features = new Resting(() => BertFeatures.load(host, files), READING_SECONDS);
  return {
    // What is not Chinese needs none.
    features: async (stretches, options) =>
      stretches.some(({ language }) => language === 'zh')
        ? features.use((loaded) => loaded.features(stretches, options))
        : undefined,
  };
}
