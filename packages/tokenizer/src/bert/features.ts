// Text features for ConGPT: one BERT vector for every phoneme of a Chinese text, zeros for other languages, as the weights expect
// (upstream `get_bert_feature`). Runs an exported graph; loads no TensorFlow.js.
import type { HostTensor, Session, SessionHost } from '@gpt-talker/runtime';
import { joinWindows, overlappingWindows } from '../hugging-face/windows';
import { readText } from './read-text';
import { WordPiece } from './word-piece';

/** A stretch of a text in one language, in its normal form, with its phonemes counted. */
export interface TextSpan {
  language: string;
  text: string;
  /** How many phonemes each character (code point) of `text` has; in other languages than Chinese, any numbers with the same sum. */
  word2ph: readonly number[];
}

export interface BertFeaturesFiles {
  /** bert.onnx: its path, or its bytes. */
  graph: string | Uint8Array;
  /** Path of the tokenizer.json. */
  tokenizer: string;
  /** The longest sequence that the model takes, marks included. */
  maximumPositions: number;
}

/** Long texts overlap by this share of what the model takes at once. */
const OVERLAP_SHARE = 0.25;
const MARKS = 2;

export class BertFeatures {
  private constructor(
    private readonly session: Session,
    private readonly wordPiece: WordPiece,
    private readonly maximumPositions: number,
    /** Numbers in one vector. */
    readonly width: number,
  ) {}

  /** @throws ModelFolderError, RuntimeError */
  static async load(
    host: Pick<SessionHost, 'load'>,
    { graph, tokenizer, maximumPositions }: BertFeaturesFiles,
  ): Promise<BertFeatures> {
    const wordPiece = new WordPiece(await readText(tokenizer), tokenizer);
    const session = await host.load(graph);
    return new BertFeatures(session, wordPiece, maximumPositions, Number(session.outputs[0].dims[2]));
  }

  /**
   * The features of a text, given in stretches.
   * @returns [phonemes, width] row by row; undefined where no stretch is Chinese, which means zeros
   * @throws RangeError where `word2ph` does not count a Chinese stretch's characters
   */
  async features(
    stretches: readonly TextSpan[],
    options: { signal?: AbortSignal } = {},
  ): Promise<Float32Array | undefined> {
    if (!stretches.some(({ language }) => language === 'zh')) return undefined;
    const { width } = this;
    const phonemes = stretches.map(({ word2ph }) => word2ph.reduce((sum, count) => sum + count, 0));
    const all = new Float32Array(phonemes.reduce((sum, count) => sum + count, 0) * width);
    let row = 0;
    for (const [index, stretch] of stretches.entries()) {
      if (stretch.language === 'zh') {
        const characters = await this.characterFeatures(stretch.text, options);
        if (characters.length !== stretch.word2ph.length) {
          throw new RangeError(
            `word2ph counts ${stretch.word2ph.length} characters, but '${stretch.text}' has ${characters.length}`,
          );
        }
        let next = row;
        stretch.word2ph.forEach((count, character) => {
          for (let repeat = 0; repeat < count; repeat++) all.set(characters[character], width * next++);
        });
      }
      row += phonemes[index];
    }
    return all;
  }

  /** Frees the graph. */
  dispose(): Promise<void> {
    return this.session.dispose();
  }

  /** One vector for every character; zeros for a space. */
  private async characterFeatures(text: string, options: { signal?: AbortSignal }): Promise<Float32Array[]> {
    const { ids, tokenOf } = this.wordPiece.characters(text);
    const { width } = this;
    const tokens = ids.length === 0 ? new Float32Array(0) : await this.tokenFeatures(ids, options);
    return Array.from(tokenOf, (token) =>
      token < 0 ? new Float32Array(width) : tokens.subarray(token * width, (token + 1) * width),
    );
  }

  /** [tokens, width]. A text longer than the model's positions is read in overlapping windows. */
  private async tokenFeatures(ids: readonly number[], { signal }: { signal?: AbortSignal }): Promise<Float32Array> {
    const { width } = this;
    const length = this.maximumPositions - MARKS;
    const windows = overlappingWindows(ids.length, length, Math.floor(length * OVERLAP_SHARE));
    const rows: Float32Array[] = [];
    for (const { from, to } of windows) {
      const sentence = Int32Array.of(this.wordPiece.begin, ...ids.slice(from, to), this.wordPiece.end);
      const input: HostTensor = { type: 'int32', data: sentence, dims: [1, sentence.length] };
      const { features } = await this.session.run({ ids: input }, { signal });
      rows.push((features.data as Float32Array).subarray(width, (to - from + 1) * width));
    }
    return joinWindows(windows, rows, width, 0);
  }
}
