// Speaks in the page, by WebAssembly in Web Workers. `public/voice` is a copy of @gpt-talker/voice-tiny's folder `voice`.
import { Talker } from '@gpt-talker/talker';

const state = document.querySelector('#state');
const button = document.querySelector('#speak');
const talker = await Talker.load('voice/', {
  warmUp: true,
  onProgress: (progress) => {
    if (progress.stage === 'fetching') state.textContent = `${progress.loadedBytes} of ${progress.totalBytes} bytes`;
  },
});
const { runtime, threads } = await talker.computeInfo();
state.textContent = `ready: ${runtime}, ${threads} thread`;
button.disabled = false;

button.addEventListener('click', async () => {
  const context = new AudioContext({ sampleRate: talker.manifest.sampleRate });
  let end = context.currentTime + 0.1;
  const dialogue = { turns: [{ role: 'user', text: 'Shall we go to the lake?' }] };
  for await (const { samples, sampleRate } of talker.stream(dialogue, document.querySelector('#text').value)) {
    const buffer = context.createBuffer(1, samples.length, sampleRate);
    buffer.copyToChannel(samples, 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(context.destination);
    source.start((end = Math.max(end, context.currentTime)));
    end += samples.length / sampleRate;
  }
});
