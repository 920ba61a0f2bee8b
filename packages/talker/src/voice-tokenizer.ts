// Text and speech as one voice counts them: phonemes by its symbol table, speech by its encoder.
import { readFile } from 'node:fs/promises';
import type { Audio } from '@gpt-talker/audio';
import type { TokenizedText, TurnTokenizer } from '@gpt-talker/context';
import type { Voice, VoiceManifest } from '@gpt-talker/runtime';
import { SpectralEncoder, phonemize, type SpeechEncoder, type TextLanguage } from '@gpt-talker/tokenizer';
import { TalkerError } from './errors';

export class VoiceTokenizer implements TurnTokenizer {
  private readonly idBySymbol: ReadonlyMap<string, number>;

  constructor(
    private readonly manifest: Pick<VoiceManifest, 'symbols' | 'languages' | 'text' | 'name'>,
    private readonly encoder: SpeechEncoder,
  ) {
    this.idBySymbol = new Map(manifest.symbols.map((symbol, id) => [symbol, id]));
  }

  /** @throws TalkerError `unsupported`; whatever is wrong with the codebook's file */
  static async load(voice: Voice): Promise<VoiceTokenizer> {
    const { manifest } = voice;
    if (manifest.text.features !== 'none') {
      throw new TalkerError(
        'unsupported',
        `voice '${manifest.name}' needs ${manifest.text.features} features of texts, which this version cannot make; use another voice`,
      );
    }
    if (manifest.encoder.kind !== 'spectral') {
      throw new TalkerError(
        'unsupported',
        `voice '${manifest.name}' hears with a ${manifest.encoder.kind} encoder, which this version does not have; use another voice`,
      );
    }
    return new VoiceTokenizer(manifest, SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file))));
  }

  /** @throws TextError for text without anything to say; TalkerError `language` or `unsupported` */
  async text(text: string, language?: string): Promise<TokenizedText> {
    const spoken = language ?? this.manifest.languages[0];
    if (!(this.manifest.languages as readonly string[]).includes(spoken)) {
      throw new TalkerError(
        'language',
        `voice '${this.manifest.name}' speaks ${this.manifest.languages.join(', ')}, not '${spoken}'; use another voice or language`,
      );
    }
    // Of another language that the voice speaks, `phonemize` says itself that it cannot read it.
    const { phonemes, warnings } = phonemize(text, { language: spoken as TextLanguage });
    return { phonemes: Int32Array.from(phonemes, (symbol) => this.id(symbol)), warnings };
  }

  /** Semantic tokens, 25 a second. */
  speech(audio: Audio): Promise<Int32Array> {
    return this.encoder.encode(audio);
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
