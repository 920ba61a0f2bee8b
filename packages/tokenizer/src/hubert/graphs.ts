// The functions that become hubert.onnx and hubert-statistics.onnx.
import { type InputSpec, type TracedFunction, type TraceOptions } from '@gpt-talker/tfjs-onnx';
import { RECEPTIVE_SAMPLES } from './config';
import { type Hubert } from './model';

/** The arguments of `trace` in @gpt-talker/tfjs-onnx. */
export interface HubertGraph {
  run: TracedFunction;
  inputs: InputSpec[];
  options: TraceOptions;
}

export interface HubertGraphs {
  /** samples [1, S] at 16 kHz → mean, variance [1, C]: of any piece, to be put together for the whole */
  statistics: HubertGraph;
  /** samples [1, S], mean, variance [1, C] of the whole recording → features [1, F, W] */
  encoder: HubertGraph;
}

export function hubertGraphs(model: Hubert): HubertGraphs {
  const samples: InputSpec = { name: 'samples', shape: [1, 'S'] };
  const { channels } = model.config.convolutions[0];
  // Recorded at lengths of several frames, so that no frame count looks like a fixed one.
  const options: TraceOptions = { lengths: { S: { minimum: 20 * RECEPTIVE_SAMPLES, multipleOf: 37 } } };
  return {
    statistics: {
      inputs: [samples],
      options,
      run: (inputs) => ({ ...model.statistics(inputs.samples) }),
    },
    encoder: {
      inputs: [samples, { name: 'mean', shape: [1, channels] }, { name: 'variance', shape: [1, channels] }],
      options,
      run: ({ samples: heard, mean, variance }) => ({ features: model.forward(heard, { mean, variance }) }),
    },
  };
}
