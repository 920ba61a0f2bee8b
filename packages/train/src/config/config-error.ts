// What is wrong with a configuration file, in one line.
import { GptTalkerError } from '@gpt-talker/errors';

export class VoiceConfigError extends GptTalkerError<'voice-config'> {
  override readonly name = 'VoiceConfigError';

  constructor(message: string, options?: ErrorOptions) {
    super('voice-config', message, options);
  }
}
