// Errors of the model's definition.

/** Sizes in a ConVITS config that cannot go together. */
export class ConVitsConfigError extends Error {
  readonly code = 'CONVITS_CONFIG';
  constructor(problem: string) {
    super(`ConVITS config: ${problem}; correct the config file`);
    this.name = 'ConVitsConfigError';
  }
}

/** Weights that are of no version of this model. */
export class ConVitsWeightsError extends Error {
  readonly code = 'CONVITS_WEIGHTS';
  constructor(problem: string) {
    super(problem);
    this.name = 'ConVitsWeightsError';
  }
}
