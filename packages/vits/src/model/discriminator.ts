// The judges of adversarial training: one scale discriminator and one for each period (upstream `MultiPeriodDiscriminator`).
import type * as tf from '@tensorflow/tfjs-core';
import { type Scope } from '@gpt-talker/nn';
import { type DiscriminatorOutput } from './discriminator-output';
import { PeriodDiscriminator, PUBLISHED_PERIOD_CHANNELS } from './period-discriminator';
import { PUBLISHED_SCALE_LAYERS, ScaleDiscriminator, type ScaleLayer } from './scale-discriminator';

export interface DiscriminatorConfig {
  /** Layers of the scale discriminator; null leaves it out. */
  scaleLayers: readonly ScaleLayer[] | null;
  periods: readonly number[];
  periodChannels: readonly number[];
}

export const PUBLISHED_DISCRIMINATORS: DiscriminatorConfig = {
  scaleLayers: PUBLISHED_SCALE_LAYERS,
  periods: [2, 3, 5, 7, 11],
  periodChannels: PUBLISHED_PERIOD_CHANNELS,
};

/** v2Pro and v2ProPlus are judged at two more periods. */
export const PUBLISHED_PRO_DISCRIMINATORS: DiscriminatorConfig = {
  ...PUBLISHED_DISCRIMINATORS,
  periods: [2, 3, 5, 7, 11, 17, 23],
};

export class Discriminators {
  private readonly members: { forward(audio: tf.Tensor): DiscriminatorOutput }[];

  constructor(scope: Scope, { scaleLayers, periods, periodChannels }: DiscriminatorConfig = PUBLISHED_DISCRIMINATORS) {
    const offset = scaleLayers ? 1 : 0;
    const list = scope.child('discriminators');
    this.members = [
      ...(scaleLayers ? [new ScaleDiscriminator(list.child(0), scaleLayers)] : []),
      ...periods.map((period, index) => new PeriodDiscriminator(list.child(index + offset), period, periodChannels)),
    ];
  }

  /** audio [B, 1, T] → one judgement a discriminator. */
  forward(audio: tf.Tensor): DiscriminatorOutput[] {
    return this.members.map((member) => member.forward(audio));
  }
}
