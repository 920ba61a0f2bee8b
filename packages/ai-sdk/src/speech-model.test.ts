import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { Talker } from '@gpt-talker/talker';
import { generateSpeech } from './test-sdk';
import { createGptTalker } from './provider';
import type { SpeechPart } from './speech-model';

const VOICE = path.resolve(__dirname, '../../voice-tiny/voice');
const TEXT = 'That sounds good.';
const turns = [{ role: 'user' as const, text: 'Shall we go to the lake?' }];

let talker: Talker;
beforeAll(async () => {
  talker = await Talker.load(VOICE, { intraOpThreads: 1 });
});
afterAll(() => talker?.dispose());

test('generateSpeech of the installed ai gives the reply that the talker makes', async () => {
  const provider = createGptTalker({ voice: talker });
  const { audio, warnings, providerMetadata } = await generateSpeech({
    model: provider.speech(),
    text: TEXT,
    providerOptions: { 'gpt-talker': { turns, seed: 5 } },
  });
  const { audio: expected } = await talker.reply({ turns }, TEXT, { seed: 5 });
  const { samples, sampleRate } = readWav(audio.uint8Array);
  expect({ sampleRate, count: samples.length }).toEqual({ sampleRate: 16_000, count: expected.samples.length });
  expect(Math.max(...samples.map((sample, i) => Math.abs(sample - expected.samples[i])))).toBeLessThan(1e-4);
  expect(audio.mediaType).toBe('audio/wav');
  expect(warnings).toEqual([]);
  expect(providerMetadata['gpt-talker']).toMatchObject({ seed: 5, historyTurns: 1, stopReason: 'end-of-speech' });
});

test('what a voice cannot do is a warning, what nobody knows an error', async () => {
  const model = createGptTalker({ voice: talker }).speech();
  const { audio, warnings } = await model.doGenerate({ text: TEXT, voice: 'alloy', outputFormat: 'mp3' });
  expect(Buffer.from(audio as Uint8Array).toString('latin1', 0, 4)).toBe('RIFF');
  expect(warnings.map((warning) => 'feature' in warning && warning.feature)).toEqual(['voice', 'outputFormat']);
  const wrong = model.doGenerate({ text: TEXT, providerOptions: { 'gpt-talker': { sed: 1 } } });
  await expect(wrong).rejects.toMatchObject({ name: 'GptTalkerOptionError', code: 'option' });
  const missing = createGptTalker({ voice: 'no-such-folder' }).speech().doGenerate({ text: TEXT });
  await expect(missing).rejects.toMatchObject({ name: 'VoiceFileError', code: 'missing' });
});

test('a text that is still being written is spoken, and cancelling stops it', async () => {
  const model = createGptTalker({ voice: talker, dialogue: () => ({ turns }) }).speech();
  const written = () =>
    new ReadableStream<{ type: 'text'; text: string }>({
      start(controller) {
        for (const text of ['That ', 'sounds ', 'good. ', 'I will ', 'come.'])
          controller.enqueue({ type: 'text', text });
        controller.close();
      },
    });
  const { stream } = await model.doStream({ text: written() });
  const parts: SpeechPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<SpeechPart>) parts.push(part);
  expect(parts[0]).toEqual({ type: 'stream-start', warnings: [] });
  const sound = parts.filter((part) => part.type === 'audio');
  expect(sound.length).toBeGreaterThan(1);
  expect(sound[0].audioFormat).toEqual({ type: 'audio/pcm', rate: 16_000 });
  expect(parts.at(-1)).toMatchObject({ type: 'finish', usage: { inputCharacters: 30 } });

  const { stream: left } = await model.doStream({ text: written() });
  const reader = left.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
});
