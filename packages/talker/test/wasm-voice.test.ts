// The embedded voice by WebAssembly, as a page computes it, beside the native library: the same tokens sound the same.
import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { SessionHost } from '@gpt-talker/runtime';
import { Vits } from '@gpt-talker/vits';
import { openVoice } from '@gpt-talker/voice';

const TOKENS = Array.from({ length: 30 }, (_, i) => (i * 37) % 200);
const PHONEMES = Int32Array.from({ length: 24 }, (_, i) => 5 + ((i * 11) % 60));

test('WebAssembly and the native library give the same sound within -40 dB', async () => {
  const voice = await openVoice(path.resolve(__dirname, '../../voice-tiny/voice'));
  const reference = readWav(await voice.read(voice.manifest.references[0].file));
  const spoken = await Promise.all(
    (['native', 'wasm'] as const).map(async (runtime) => {
      const host = await SessionHost.start({ runtime, intraOpThreads: 1 });
      const vits = await Vits.load(host, voice);
      const style = await vits.style(reference);
      const audio = await vits.synthesize({ tokens: TOKENS, phonemes: PHONEMES, style, seed: 3 });
      await host.dispose();
      return audio.samples;
    }),
  );
  const [native, wasm] = spoken;
  const energy = (samples: Float32Array) => samples.reduce((sum, sample) => sum + sample ** 2, 0);
  const difference = energy(native.map((sample, i) => sample - wasm[i]));
  expect(native.length).toBeGreaterThan(10_000);
  expect(10 * Math.log10(difference / energy(native))).toBeLessThan(-40);
});
