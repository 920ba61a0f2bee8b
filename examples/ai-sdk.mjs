// Vercel's AI SDK: speech with the conversation as context. node examples/ai-sdk.mjs
import { createRequire } from 'node:module';
import path from 'node:path';
import { createGptTalker } from '@gpt-talker/ai-sdk';
import { experimental_generateSpeech as generateSpeech } from 'ai';

const voice = path.dirname(createRequire(import.meta.url).resolve('@gpt-talker/voice-tiny/voice.json'));
const talker = createGptTalker({ voice });
const { audio, warnings } = await generateSpeech({
  model: talker.speech(),
  text: 'That is wonderful news!',
  providerOptions: { 'gpt-talker': { turns: [{ role: 'user', text: 'We won the match!' }] } },
});
console.log(audio.mediaType, audio.uint8Array.length > 20_000, warnings.length);
await talker.dispose();
