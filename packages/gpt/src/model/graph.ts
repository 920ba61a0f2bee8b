// The function that becomes gpt.onnx. One graph reads a whole history and one token alike: the number of new positions (T) and of
// remembered ones (P) is symbolic, and the mask comes from the host, so that every layout uses the same graph.
import type * as tf from '@tensorflow/tfjs-core';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import { LOGITS, cacheNames, slotInput } from '../voice';
import type { ConGpt } from './congpt';

/** A function of named tensors, and what it takes: the arguments of `trace` in @gpt-talker/tfjs-onnx. */
export interface GptGraph {
  run: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;
  inputs: InputSpec[];
}

/**
 * ConGPT for generation.
 *
 * Inputs: `ids` int32, `kind`, `positions` int32 `[1, T]`, `roles` int32 `[1, T]` and `features` `[1, T, featureWidth]` where the model
 * has them, `mask` `[T, P+T]` (0 or -1e9), and for each layer i `past_key_i`, `past_value_i` `[1, heads, P, width / heads]`.
 * P is at least 1: where nothing is remembered, rows of zeros that the mask hides.
 * Outputs: `logits` `[1, semanticVocabulary]` of the last position, `new_key_i`, `new_value_i` `[1, heads, T, width / heads]`.
 */
export function gptGraph(model: ConGpt): GptGraph {
  const { layers, width, heads, roles, featureWidth } = model.config;
  const names = Array.from({ length: layers }, (_, layer) => cacheNames(layer));
  const inputs: InputSpec[] = [
    { name: 'ids', shape: [1, 'T'], dtype: 'int32' },
    { name: 'kind', shape: [1, 'T'] },
    { name: 'positions', shape: [1, 'T'], dtype: 'int32' },
    ...(roles ? [{ name: 'roles', shape: [1, 'T'], dtype: 'int32' as const }] : []),
    ...(featureWidth > 0 ? [{ name: 'features', shape: [1, 'T', featureWidth] }] : []),
    { name: 'mask', shape: ['T', 'P+T'] },
    ...names.flatMap(({ pastKey, pastValue }) =>
      [pastKey, pastValue].map((name) => ({ name, shape: [1, heads, 'P', width / heads] })),
    ),
  ];
  const run = (feeds: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
    const past = names.map(({ pastKey, pastValue }) => ({
      key: feeds[pastKey] as tf.Tensor4D,
      value: feeds[pastValue] as tf.Tensor4D,
    }));
    const { logits, rows } = model.step(
      {
        ids: feeds.ids as tf.Tensor2D,
        kind: feeds.kind as tf.Tensor2D,
        positions: feeds.positions as tf.Tensor2D,
        roles: feeds.roles as tf.Tensor2D | undefined,
        features: feeds.features as tf.Tensor3D | undefined,
        mask: feeds.mask,
      },
      past,
    );
    const outputs: Record<string, tf.Tensor> = { [LOGITS]: logits };
    rows.forEach(({ key, value }, layer) => {
      outputs[names[layer].newKey] = key;
      outputs[names[layer].newValue] = value;
    });
    return outputs;
  };
  return { run, inputs };
}

/**
 * ConGPT for one more speech token of each of `size` replies, of which each gets what `gptGraph` would give it alone where products are
 * computed by rows (`activations: 'int8-rows'` beside `'int8'`).
 *
 * Inputs: `ids`, `positions` int32 `[size, 1]`, `roles` where the model has them, and for each slot s `mask_of_s` `[1, P+1]` and the
 * remembered rows, `past_key_i_of_s` and `past_value_i_of_s` `[1, heads, P, width / heads]`, each with a P of its own.
 * Outputs: `logits` `[size, semanticVocabulary]`, `new_key_i`, `new_value_i` `[size, heads, 1, width / heads]`.
 */
export function gptTogetherGraph(model: ConGpt, size: number): GptGraph {
  const { layers, width, heads, roles } = model.config;
  const names = Array.from({ length: layers }, (_, layer) => cacheNames(layer));
  const slots = Array.from({ length: size }, (_, slot) => slot);
  const inputs: InputSpec[] = [
    { name: 'ids', shape: [size, 1], dtype: 'int32' },
    { name: 'positions', shape: [size, 1], dtype: 'int32' },
    ...(roles ? [{ name: 'roles', shape: [size, 1], dtype: 'int32' as const }] : []),
    ...slots.flatMap((slot) => [
      { name: slotInput('mask', slot), shape: [1, `P${slot}+1`] },
      ...names.flatMap(({ pastKey, pastValue }) =>
        [pastKey, pastValue].map((name) => ({
          name: slotInput(name, slot),
          shape: [1, heads, `P${slot}`, width / heads],
        })),
      ),
    ]),
  ];
  const run = (feeds: Record<string, tf.Tensor>): Record<string, tf.Tensor> => {
    const sequences = slots.map((slot) => ({
      mask: feeds[slotInput('mask', slot)],
      past: names.map(({ pastKey, pastValue }) => ({
        key: feeds[slotInput(pastKey, slot)] as tf.Tensor4D,
        value: feeds[slotInput(pastValue, slot)] as tf.Tensor4D,
      })),
    }));
    const { logits, rows } = model.stepTogether(
      {
        ids: feeds.ids as tf.Tensor2D,
        positions: feeds.positions as tf.Tensor2D,
        roles: feeds.roles as tf.Tensor2D | undefined,
      },
      sequences,
    );
    const outputs: Record<string, tf.Tensor> = { [LOGITS]: logits };
    names.forEach(({ newKey, newValue }, layer) => {
      outputs[newKey] = rows[layer].key;
      outputs[newValue] = rows[layer].value;
    });
    return outputs;
  };
  return { run, inputs };
}
