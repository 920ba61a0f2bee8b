// What is wrong with a configuration file, in one line.

export class VoiceConfigError extends Error {
  readonly code = 'voice-config';
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'VoiceConfigError';
  }
}
