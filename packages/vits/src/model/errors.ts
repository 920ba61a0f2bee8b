// Errors of the model's definition.
import { GptTalkerError } from '@gpt-talker/errors';

/** Sizes in a ConVITS config that cannot go together. */
export class ConVitsConfigError extends GptTalkerError<'config'> {
  override readonly name = 'ConVitsConfigError';

  constructor(problem: string) {
    super('config', `ConVITS config: ${problem}; correct the config file`);
  }
}

/** Weights that are of no version of this model. */
export class ConVitsWeightsError extends GptTalkerError<'weights'> {
  override readonly name = 'ConVitsWeightsError';

  constructor(problem: string) {
    super('weights', problem);
  }
}
