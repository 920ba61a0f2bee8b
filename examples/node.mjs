// A Node program: answers a conversation, and writes what was said. node examples/node.mjs [OUT.wav]
import { createRequire } from 'node:module';
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import { readDialogueFile } from '@gpt-talker/context';
import { Talker } from '@gpt-talker/talker';

const voice = path.dirname(createRequire(import.meta.url).resolve('@gpt-talker/voice-tiny/voice.json'));
const talker = await Talker.load(voice);
try {
  const dialogue = await readDialogueFile(path.join(import.meta.dirname, 'weekend.json'));
  const { audio, historyTurns } = await talker.reply(dialogue, 'That sounds wonderful!', { seed: 7 });
  const out = process.argv[2] ?? 'reply.wav';
  await writeWavFile(out, audio);
  console.log(`${out}: ${(audio.samples.length / audio.sampleRate).toFixed(1)} s after ${historyTurns} turns`);
} finally {
  await talker.dispose();
}
