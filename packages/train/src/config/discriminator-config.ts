// Sizes of the discriminators, in either dialect.
import { PUBLISHED_PERIOD_CHANNELS, PUBLISHED_SCALE_LAYERS, type DiscriminatorConfig } from '@gpt-talker/vits/model';
import { z } from 'zod';

/** Of upstream's channels. */
const WHOLE = 16;

export const discriminatorSchema = z.strictObject({
  /** Sixteenths of upstream's channels. */
  size: z.number().int().positive().default(WHOLE),
  periods: z.array(z.number().int().positive()).min(1).default([2, 3, 5, 7, 11]),
  /** Whether one of them gets the waveform as it is. */
  scale: z.boolean().default(true),
});

export function discriminatorsOf({ size, periods, scale }: z.infer<typeof discriminatorSchema>): DiscriminatorConfig {
  const scaled = (count: number) => Math.max(1, Math.round((count * size) / WHOLE));
  return {
    scaleLayers: scale
      ? PUBLISHED_SCALE_LAYERS.map((layer) => ({
          ...layer,
          channels: scaled(layer.channels),
          groups: layer.groups === 1 ? 1 : scaled(layer.groups),
        }))
      : null,
    periods,
    periodChannels: PUBLISHED_PERIOD_CHANNELS.map(scaled),
  };
}
