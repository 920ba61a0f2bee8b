// What is wrong with a prepared corpus in the eyes of training.
import { GptTalkerError } from '@gpt-talker/errors';
export class TrainingDataError extends GptTalkerError<'training-data'> {
  override readonly name = 'TrainingDataError';

  constructor(message: string) {
    super('training-data', message);
  }
}
