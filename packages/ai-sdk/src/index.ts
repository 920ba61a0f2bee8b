// @gpt-talker/ai-sdk: GPT-Talker as a speech provider of Vercel's AI SDK.
export { createGptTalker, type GptTalkerProvider, type GptTalkerSettings } from './provider';
export { GptTalkerSpeechModel, type SpeechPart, type SpeechStreamOptions } from './speech-model';
export { GptTalkerOptionError, type GptTalkerProviderOptions } from './call-options';
