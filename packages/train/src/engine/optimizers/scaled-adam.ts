// ScaledAdam (Zipformer, Yao et al. 2023; icefall's `optim.py`, which upstream's stage 1 uses): the update of a tensor is
// proportional to its root mean square, and its scale is learnt apart, every few steps. Gradients are compared with the median
// norm of the recent past; as in the reference, that clipping reaches only the learnt scale.
import * as tf from '@tensorflow/tfjs-core';
import type { Hyperparameters, Optimizer, ParameterGradient, Slot, UpdatedParameter } from './optimizer';

export interface ScaledAdamOptions {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  /** Factor on the learning rate for scales and for one-element parameters. */
  scalarRateScale?: number;
  minimumRms?: number;
  maximumRms?: number;
  /** Largest absolute value of a one-element parameter. */
  scalarMaximum?: number;
  /** Steps between two updates of the scale. */
  sizeUpdatePeriod?: number;
  /** Norms over this many medians are clipped; undefined: no clipping. */
  clippingScale?: number;
  /** Steps over which the median is taken. */
  clippingUpdatePeriod?: number;
}

const isScalar = (shape: readonly number[]): boolean => shape.reduce((product, size) => product * size, 1) === 1;
const rootMeanSquare = (x: tf.Tensor): tf.Tensor => tf.sqrt(tf.mean(tf.square(x)));

export class ScaledAdam implements Optimizer {
  private readonly options: Required<Omit<ScaledAdamOptions, 'clippingScale'>> & { clippingScale?: number };

  constructor(options: ScaledAdamOptions = {}) {
    this.options = {
      beta1: 0.9,
      beta2: 0.98,
      epsilon: 1e-8,
      scalarRateScale: 0.1,
      minimumRms: 1e-5,
      maximumRms: 3,
      scalarMaximum: 10,
      sizeUpdatePeriod: 4,
      clippingUpdatePeriod: 100,
      ...options,
    };
  }

  slots(shape: readonly number[]): Slot[] {
    const moments: Slot[] = [
      { name: 'delta', shape },
      { name: 'second_moment', shape },
    ];
    if (isScalar(shape)) return moments;
    return [
      ...moments,
      { name: 'rms', shape: [] },
      { name: 'scale_second_moment', shape: [] },
      { name: 'scale_gradients', shape: [this.options.sizeUpdatePeriod] },
    ];
  }

  sharedSlots(): Slot[] {
    if (this.options.clippingScale === undefined) return [];
    return [
      { name: 'norms', shape: [this.options.clippingUpdatePeriod] },
      { name: 'norm_threshold', shape: [] },
    ];
  }

  hyperparameters(step: number, learningRate: number): Hyperparameters {
    const { beta2, sizeUpdatePeriod, clippingUpdatePeriod, clippingScale } = this.options;
    const done = step - 1;
    const flag = (condition: boolean): number => (condition ? 1 : 0);
    const place = (index: number, length: number): number[] => Array.from({ length }, (_, i) => flag(i === index));
    const correction = 1 - beta2 ** step;
    const scaleBeta2 = beta2 ** sizeUpdatePeriod;
    return {
      learning_rate: learningRate,
      first: flag(done === 0),
      // The reference leaves the correction out once it is within a hundredth of 1; not so for one-element parameters.
      correction: correction < 0.99 ? correction : 1,
      scalar_correction: correction,
      size_place: place(done % sizeUpdatePeriod, sizeUpdatePeriod),
      size_update: flag(done % sizeUpdatePeriod === sizeUpdatePeriod - 1),
      scale_correction_root: Math.sqrt(1 - scaleBeta2 ** Math.max(1, Math.floor(step / sizeUpdatePeriod))),
      ...(clippingScale !== undefined && {
        norm_place:
          done === 0
            ? Array<number>(clippingUpdatePeriod).fill(0)
            : place(done % clippingUpdatePeriod, clippingUpdatePeriod),
        threshold_update: flag(done > 0 && done % clippingUpdatePeriod === 0),
        clips: flag(done >= clippingUpdatePeriod),
      }),
    };
  }

  update(
    parameters: readonly ParameterGradient[],
    shared: Record<string, tf.Tensor>,
    hyper: Record<string, tf.Tensor>,
  ) {
    const { clip, shared: updatedShared } = this.clipping(parameters, shared, hyper);
    return {
      parameters: parameters.map((parameter) =>
        isScalar(parameter.value.shape)
          ? this.updateScalar(parameter, hyper)
          : this.updateTensor(parameter, hyper, clip),
      ),
      shared: updatedShared,
    };
  }

  /** The factor on gradients (at most 1), from the median of the recent norms of gradient × rms. */
  private clipping(
    parameters: readonly ParameterGradient[],
    shared: Record<string, tf.Tensor>,
    hyper: Record<string, tf.Tensor>,
  ): { clip: tf.Tensor; shared: Record<string, tf.Tensor> } {
    const { clippingScale, clippingUpdatePeriod } = this.options;
    if (clippingScale === undefined) return { clip: tf.scalar(1), shared: {} };
    const norm = tf.sqrt(
      tf.addN(
        parameters.map(({ value, gradient, slots }) =>
          tf.sum(tf.square(isScalar(value.shape) ? gradient : tf.mul(gradient, slots.rms))),
        ),
      ),
    );
    const norms = tf.add(tf.mul(shared.norms, tf.sub(1, hyper.norm_place)), tf.mul(norm, hyper.norm_place));
    const middle = Math.min(clippingUpdatePeriod - 1, Math.floor(clippingUpdatePeriod / 4) * 2);
    const descending = tf.topk(norms as tf.Tensor1D, clippingUpdatePeriod, true).values;
    const median = tf.reshape(tf.slice(descending, [clippingUpdatePeriod - 1 - middle], [1]), []);
    const threshold = blend(hyper.threshold_update, tf.mul(median, clippingScale), shared.norm_threshold);
    const clip = blend(hyper.clips, tf.minimum(1, tf.div(threshold, tf.add(norm, 1e-20))), tf.scalar(1));
    return { clip, shared: { norms, norm_threshold: threshold } };
  }

  private updateTensor(
    { value, gradient, slots, rateScale }: ParameterGradient,
    hyper: Record<string, tf.Tensor>,
    clip: tf.Tensor,
  ): UpdatedParameter {
    const { beta1, beta2, epsilon, minimumRms, maximumRms, scalarRateScale, sizeUpdatePeriod } = this.options;
    const rate = tf.mul(hyper.learning_rate, rateScale);
    const current = rootMeanSquare(value);
    // Recorded at the first step and then whenever the scale is updated.
    const rms = blend(tf.maximum(hyper.first, hyper.size_update), current, slots.rms);

    const scaleGradient = tf.sum(tf.mul(value, tf.mul(gradient, clip)));
    const scaleGradients = tf.add(
      tf.mul(slots.scale_gradients, tf.sub(1, hyper.size_place)),
      tf.mul(scaleGradient, hyper.size_place),
    );
    const scaleBeta2 = beta2 ** sizeUpdatePeriod;
    const scaleSecond = blend(
      hyper.size_update,
      tf.add(tf.mul(slots.scale_second_moment, scaleBeta2), tf.mul(tf.mean(tf.square(scaleGradients)), 1 - scaleBeta2)),
      slots.scale_second_moment,
    );
    const sizeRate = tf.mul(rate, scalarRateScale);
    const learnt = tf.neg(
      tf.div(
        tf.mul(tf.mul(sizeRate, hyper.scale_correction_root), tf.sum(scaleGradients)),
        tf.add(tf.sqrt(scaleSecond), epsilon),
      ),
    );
    const notTooSmall = blend(tf.cast(tf.less(rms, minimumRms), 'float32'), tf.scalar(0), learnt);
    const bounded = blend(
      tf.cast(tf.greater(rms, maximumRms), 'float32'),
      tf.mul(sizeRate, -sizeUpdatePeriod),
      notTooSmall,
    );
    const scaleStep = tf.mul(bounded, tf.mul(hyper.size_update, 1 - beta1));

    const second = tf.add(tf.mul(slots.second_moment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.sqrt(tf.div(second, hyper.correction)), epsilon);
    const alpha = tf.mul(tf.mul(rate, -(1 - beta1)), tf.maximum(rms, minimumRms));
    const delta = tf.addN([
      tf.mul(slots.delta, beta1),
      tf.mul(value, scaleStep),
      tf.mul(tf.div(gradient, denominator), alpha),
    ]);
    return {
      value: tf.add(value, delta),
      slots: { delta, second_moment: second, rms, scale_second_moment: scaleSecond, scale_gradients: scaleGradients },
    };
  }

  private updateScalar(
    { value, gradient, slots, rateScale }: ParameterGradient,
    hyper: Record<string, tf.Tensor>,
  ): UpdatedParameter {
    const { beta1, beta2, epsilon, scalarMaximum, scalarRateScale } = this.options;
    const second = tf.add(tf.mul(slots.second_moment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.sqrt(tf.div(second, hyper.scalar_correction)), epsilon);
    const alpha = tf.mul(hyper.learning_rate, -(1 - beta1) * scalarRateScale * rateScale);
    const delta = tf.add(tf.mul(slots.delta, beta1), tf.mul(tf.div(gradient, denominator), alpha));
    return {
      value: tf.add(tf.clipByValue(value, -scalarMaximum, scalarMaximum), delta),
      slots: { delta, second_moment: second },
    };
  }
}

/** `yes` where the flag is 1, `no` where it is 0. */
function blend(flag: tf.Tensor, yes: tf.Tensor, no: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(yes, flag), tf.mul(no, tf.sub(1, flag)));
}
