// The function that becomes speaker.onnx.
import { type InputSpec, type TracedFunction, type TraceOptions } from '@gpt-talker/tfjs-onnx';
import { BANDS } from './config';
import { type ERes2NetV2 } from './model';

/** The arguments of `trace` in @gpt-talker/tfjs-onnx. */
export interface SpeakerEncoderGraph {
  run: TracedFunction;
  inputs: InputSpec[];
  options: TraceOptions;
}

/** fbank [1, T, 80] → embedding [1, C · H] */
export function speakerEncoderGraph(model: ERes2NetV2): SpeakerEncoderGraph {
  return {
    inputs: [{ name: 'fbank', shape: [1, 'T', BANDS] }],
    // Recorded at lengths of several frames of the last stage, which has an eighth of them.
    options: { lengths: { T: { minimum: 40 } } },
    run: ({ fbank }) => ({ embedding: model.forward(fbank) }),
  };
}
