// A Next route, POST /api/speech {"turns": [{"role", "text"}], "text"}: speech as it is made, 16-bit samples at the rate that the header says.
// next.config.mjs beside this folder keeps the native library out of the bundle.
import { createRequire } from 'node:module';
import path from 'node:path';
import { Talker } from '@gpt-talker/talker';

export const runtime = 'nodejs';

// Next loads routes again while one develops: the voice stays.
const talker = () => (globalThis.gptTalker ??= Talker.load(voiceFolder()));

function voiceFolder() {
  const installed = createRequire(path.join(process.cwd(), 'package.json'));
  return path.dirname(installed.resolve('@gpt-talker/voice-tiny/voice.json'));
}

export async function POST(request) {
  const { turns = [], text } = await request.json();
  const voice = await talker();
  const reply = voice.stream({ turns }, text, { signal: request.signal });
  const chunks = reply[Symbol.asyncIterator]();
  let first;
  try {
    first = await chunks.next(); // what is wrong with the request shows now
  } catch (error) {
    return Response.json({ error: error.message }, { status: 400 });
  }
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = first ?? (await chunks.next());
      first = undefined;
      if (done) return controller.close();
      controller.enqueue(new Uint8Array(Int16Array.from(value.samples, (sample) => sample * 32767).buffer));
    },
    cancel: () => chunks.return(),
  });
  return new Response(body, {
    headers: { 'Content-Type': `audio/L16; rate=${voice.manifest.sampleRate}; channels=1` },
  });
}
