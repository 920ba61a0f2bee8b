// The function that becomes bert.onnx.
import { type InputSpec, type TracedFunction, type TraceOptions } from '@gpt-talker/tfjs-onnx';
import { type Bert } from './model';

/** The arguments of `trace` in @gpt-talker/tfjs-onnx. */
export interface BertGraph {
  run: TracedFunction;
  inputs: InputSpec[];
  options: TraceOptions;
}

/** ids int32 [1, T] (with [CLS] and [SEP]) → features [1, T, W] */
export function bertGraph(model: Bert): BertGraph {
  return {
    run: ({ ids }) => ({ features: model.forward(ids) }),
    inputs: [{ name: 'ids', shape: [1, 'T'], dtype: 'int32' }],
    options: { lengths: { T: { maximum: model.config.maximumPositions } } },
  };
}
