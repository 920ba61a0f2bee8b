// A first stage of GPT-SoVITS v2: 732 phoneme ids, of which the first 512 and all other weights are those of v1's fixture, whose numbers
// therefore hold. PARITY_V2_DIR may name the folder of congpt-v2-small.ckpt.
import fs from 'node:fs';
import { SessionHost, float32 } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { hideSpareRows } from '../src/feeds';
import { gptGraph, packSequences } from '../src/model';
import './evaluate';
import { largestDifference, loadParityModel, parityV2File } from './parity';

const file = parityV2File('congpt-v2-small.ckpt');

(file && fs.existsSync(file) ? test : test.skip)(
  `the logits of v2 from its exported graph${file ? '' : ' (set PARITY_V2_DIR)'}`,
  async () => {
    const { model, store, config, segments, expected } = loadParityModel(file);
    expect(config.phonemeVocabulary).toBe(732);
    const { run, inputs } = gptGraph(model);
    const host = await SessionHost.start({ intraOpThreads: 1 });
    try {
      const session = await host.load(exportOnnx(trace(run, inputs)));
      const layout = { order: 'text-first', textMask: 'bidirectional' } as const;
      const {
        targets: _targets,
        weights: _weights,
        roles: _roles,
        mask,
        ...feeds
      } = packSequences([segments.slice(2)], {
        ...layout,
        endOfSpeech: config.semanticVocabulary - 1,
        targets: 'last-turn',
        featureWidth: config.featureWidth,
      });
      const past = session.inputs.filter((input) => input.name.startsWith('past_'));
      const { heads, width } = config;
      const hidden = float32(new Float32Array(width), [1, heads, 1, width / heads]);
      const nothing = Object.fromEntries(past.map((input) => [input.name, hidden]));
      const { logits } = await session.run(
        { ...feeds, mask: hideSpareRows(mask.data as Float32Array, feeds.ids.dims[1], 0, 1), ...nothing },
        { fetch: ['logits'] },
      );
      const all = expected.get('text_first.logits')!;
      const last = { ...all, data: all.data.slice(-config.semanticVocabulary) };
      expect(largestDifference(logits.data as Float32Array, last)).toBeLessThan(1e-4);
    } finally {
      await host.dispose();
      store.dispose();
    }
  },
);
