// What is wrong with a prepared corpus in the eyes of training.
export class TrainingDataError extends Error {
  readonly code = 'training-data';
  constructor(message: string) {
    super(message);
    this.name = 'TrainingDataError';
  }
}
