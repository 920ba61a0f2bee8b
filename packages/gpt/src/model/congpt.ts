// ConGPT (GPT-Talker, section 3.2; upstream `Text2SemanticDecoder`): a decoder-only transformer that reads the turns of a
// conversation, phonemes and semantic speech tokens in one sequence, and predicts the reply's next speech token.
// B batch, T positions, P past positions, W width, V semantic vocabulary.
import * as tf from '@tensorflow/tfjs-core';
import { Linear, dropout, normal, ones, zeros, type Noise, type Parameter, type Scope } from '@gpt-talker/nn';
import { GptError } from '../errors';
import type { ConGptConfig } from './config';
import { lookUp } from './lookup';
import { TransformerLayer, type KeyValue } from './layer';
import { sinePositions } from './positions';

/** What the model reads: packed positions of text and speech, as `packSequences` (batches) or the host (generation) lays them out. */
export interface ConGptInputs {
  /** int32 `[B, T]`: phoneme ids where `kind` is 0, semantic ids where it is 1. */
  ids: tf.Tensor2D;
  /** float32 `[B, T]`: 0 = text, 1 = speech. */
  kind: tf.Tensor2D;
  /** int32 `[B, T]`: counts from 0 in every segment. */
  positions: tf.Tensor2D;
  /** int32 `[B, T]`: 0 = user, 1 = agent; read only by a model with roles. */
  roles?: tf.Tensor2D;
  /** float32 `[B, T, featureWidth]`: text features (zeros at speech positions); read only by a model with text features. */
  features?: tf.Tensor3D;
  /** float32 additive mask, 0 or -1e9: `[T, T]` for all sequences, or `[B, 1, T, T]`. */
  mask: tf.Tensor;
  /** No position sees a later one, whatever the mask says: `forward` then leaves out half of the work of attention. */
  causal?: boolean;
}

export interface ConGptStep {
  /** `[B, V]`: what follows the last position. */
  logits: tf.Tensor2D;
  /** One entry a layer: the new positions' keys and values, `[B, H, T, D]`. */
  rows: KeyValue[];
}

/** What the model reads of several replies at once: one speech token of each of S. */
export interface TokenInputs {
  /** int32 `[S, 1]`: semantic ids. */
  ids: tf.Tensor2D;
  /** int32 `[S, 1]` */
  positions: tf.Tensor2D;
  /** int32 `[S, 1]`; read only by a model with roles. */
  roles?: tf.Tensor2D;
}

export class ConGpt {
  private readonly phonemes: Parameter;
  private readonly semantics: Parameter;
  private readonly textScale: Parameter;
  private readonly speechScale: Parameter;
  private readonly roleTable?: Parameter;
  private readonly featureProjection?: Linear;
  private readonly layers: TransformerLayer[];
  private readonly predict: Linear;

  /**
   * Declares the parameters under `scope`; with the scope `model` their names are upstream's state-dict keys
   * (`model.h.layers.0.self_attn.in_proj_weight`). The role embedding is ours and starts at zero, so that a checkpoint
   * without one means the same.
   */
  constructor(
    scope: Scope,
    readonly config: ConGptConfig,
  ) {
    const { width } = config;
    if (config.featureWidth > 0)
      this.featureProjection = new Linear(scope.child('bert_proj'), config.featureWidth, width);
    this.phonemes = scope
      .child('ar_text_embedding')
      .child('word_embeddings')
      .declare('weight', [config.phonemeVocabulary, width], normal());
    this.textScale = scope.child('ar_text_position').declare('alpha', [1], ones);
    this.semantics = scope
      .child('ar_audio_embedding')
      .child('word_embeddings')
      .declare('weight', [config.semanticVocabulary, width], normal());
    this.speechScale = scope.child('ar_audio_position').declare('alpha', [1], ones);
    if (config.roles) this.roleTable = scope.child('role_embedding').declare('weight', [2, width], zeros);
    const layers = scope.child('h').child('layers');
    this.layers = Array.from(
      { length: config.layers },
      (_, index) => new TransformerLayer(layers.child(String(index)), config),
    );
    this.predict = new Linear(scope.child('ar_predict_layer'), width, config.semanticVocabulary, { bias: false });
  }

  /** Embeddings + projected text features + scaled sine positions + role: `[B, T, W]`. */
  embed(inputs: ConGptInputs): tf.Tensor3D {
    if (this.featureProjection && !inputs.features) throw missingInput('features', 'text features');
    return this.embedPositions(inputs);
  }

  private embedPositions(inputs: Omit<ConGptInputs, 'mask'>): tf.Tensor3D {
    const { width, phonemeVocabulary } = this.config;
    const isSpeech = tf.expandDims(inputs.kind, 2); // (B, T, 1)
    const isText = tf.sub(1, isSpeech);
    // Both tables as one, so that a position needs one lookup (and its gradient one scatter) whichever kind it is.
    const table = tf.concat([this.phonemes.value, this.semantics.value] as tf.Tensor2D[], 0);
    const rows = tf.add(inputs.ids, tf.cast(tf.mul(inputs.kind, phonemeVocabulary), 'int32'));
    let x = lookUp(table, rows); // (B, T, W)

    // Speech has no text features.
    if (this.featureProjection && inputs.features) {
      x = tf.add(x, tf.mul(this.featureProjection.forward(inputs.features), isText));
    }
    const scale = tf.add(tf.mul(isText, this.textScale.value), tf.mul(isSpeech, this.speechScale.value)); // (B, T, 1)
    x = tf.add(x, tf.mul(sinePositions(inputs.positions, width), scale));
    if (this.roleTable) {
      if (!inputs.roles) throw missingInput('roles', 'a role embedding');
      x = tf.add(x, lookUp(this.roleTable.value as tf.Tensor2D, inputs.roles));
    }
    return x as tf.Tensor as tf.Tensor3D;
  }

  /**
   * Every position's logits, for training and evaluation.
   * @param noise random draws for dropout; without it nothing is dropped
   * @returns `[B, T, V]`
   */
  forward(inputs: ConGptInputs, noise?: Noise): tf.Tensor3D {
    const [batch, length] = inputs.ids.shape;
    let x = asRows(dropout(this.embed(inputs), this.config.dropout, noise)); // (B·T, W)
    for (const layer of this.layers) x = layer.forward(x, batch, inputs, noise);
    return tf.reshape(this.predict.forward(x), [batch, length, this.config.semanticVocabulary]);
  }

  /**
   * Continues a sequence of which P positions are known: the last position's logits, and the keys and values to remember.
   * @param inputs with a mask over known and new positions, `[T, P+T]`
   * @param past one entry a layer, `[B, H, P, D]`
   */
  step(inputs: ConGptInputs, past: readonly KeyValue[]): ConGptStep {
    const [batch, length] = inputs.ids.shape;
    let x = asRows(this.embed(inputs)); // (B·T, W)
    const rows: KeyValue[] = [];
    for (const [index, layer] of this.layers.entries()) {
      const { hidden, key, value } = layer.step(x, batch, inputs.mask, past[index]);
      x = hidden;
      rows.push({ key, value });
    }
    const { width } = this.config;
    const last = tf.slice(tf.reshape(x, [batch, length, width]), [0, length - 1, 0], [batch, 1, width]);
    return { logits: this.predict.forward(asRows(last)) as tf.Tensor2D, rows };
  }

  /**
   * Continues S sequences by one speech token each: what `step` gives for each alone, computed together.
   * @param sequences of each, its mask `[1, P+1]` and what is known of it, one entry a layer, `[1, H, P, D]`; P may differ
   * @returns logits `[S, V]`, and keys and values `[S, H, 1, D]`
   */
  stepTogether(inputs: TokenInputs, sequences: readonly { mask: tf.Tensor; past: readonly KeyValue[] }[]): ConGptStep {
    let x = asRows(this.embedPositions({ ...inputs, kind: tf.onesLike(tf.cast(inputs.ids, 'float32')) })); // (S, W)
    const rows: KeyValue[] = [];
    for (const [index, layer] of this.layers.entries()) {
      const remembered = sequences.map(({ mask, past }) => ({ mask, past: past[index] }));
      const { hidden, key, value } = layer.stepTogether(x, remembered);
      x = hidden;
      rows.push({ key, value });
    }
    return { logits: this.predict.forward(x) as tf.Tensor2D, rows };
  }
}

/** `[B, T, W]` → `[B·T, W]` */
function asRows(x: tf.Tensor): tf.Tensor2D {
  return tf.reshape(x, [x.shape[0] * x.shape[1]!, x.shape[2]!]);
}

function missingInput(input: string, reason: string): GptError {
  return new GptError(
    'input',
    `ConGPT: the input '${input}' is missing, and this model has ${reason}; pass it or change the configuration`,
  );
}
