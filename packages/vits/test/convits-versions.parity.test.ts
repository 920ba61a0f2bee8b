// GPT-SoVITS v2, v2Pro and v2ProPlus as a whole: an upstream checkpoint, its config and its codes → the reference's style (of one
// recording, and of two), prior, latent and waveform; from the exported graphs, and eagerly. The checkpoints (30 MB each) are not
// copied here: PARITY_V2_DIR may name their folder.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore } from '@gpt-talker/nn';
import { readSafetensors, readTorch, type ArrayTensor } from '@gpt-talker/checkpoint';
import { SessionHost, type HostTensor, type Session } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { ConVits } from '../src/model/convits';
import { convitsGraphs } from '../src/model/graphs';
import { configFromUpstream } from '../src/model/upstream-config';
import { sizesFromShapes, versionFromShapes } from '../src/model/upstream-version';
import { expectClose, tensorOf, type Arrays } from './parity';
import { feedsOf } from './traced';

const FOLDER = process.env.PARITY_V2_DIR ?? path.join(__dirname, '../../../../shared/fixtures/parity-v2');
const TOLERANCES = { style: 1e-4, style_text: 1e-4, m_p: 1e-4, logs_p: 1e-4, z: 1e-4, wav: 1e-3 };
const REFERENCES = { one: [0], two: [0, 1] };
type Values = Record<string, Parameters<typeof expectClose>[0]>;

function load(version: string): { model: ConVits; store: ParameterStore; io: Arrays } {
  const { value } = readTorch(readFileSync(path.join(FOLDER, `convits-${version}-small.pth`)));
  const { weight, config } = value as unknown as { weight: Record<string, ArrayTensor>; config: unknown };
  const weights = new Map(Object.entries(weight));
  expect(versionFromShapes(weights)).toBe(version);
  const store = new ParameterStore();
  const model = new ConVits(store.scope(), sizesFromShapes(weights, configFromUpstream(config)), { posterior: false });
  store.load(weights);
  const io = readSafetensors(readFileSync(path.join(FOLDER, `convits-${version}-small.io.safetensors`))).tensors;
  return { model, store, io };
}

function compare(io: Arrays, name: string, values: Values): void {
  for (const [output, value] of Object.entries(values))
    expectClose(value, io.get(`${name}.${output}`), TOLERANCES[output as keyof typeof TOLERANCES], `${name}.${output}`);
}

const meanOf = (styles: readonly tf.Tensor[]) => tf.div(tf.addN([...styles]), styles.length);

function referenceOf(io: Arrays, index: number): { spectrogram: tf.Tensor; speaker?: tf.Tensor } {
  const speaker = io.get(`speaker_embedding.${index}`);
  return {
    spectrogram: tensorOf(io.get(`refer_spectrogram.${index}`)),
    ...(speaker && { speaker: tensorOf(speaker) }),
  };
}

for (const version of ['v2', 'v2Pro', 'v2ProPlus']) {
  const here = existsSync(path.join(FOLDER, `convits-${version}-small.pth`));
  const known = (run: (name: string, test: () => Promise<void>, timeout: number) => void) => (here ? run : test.skip);
  const slow = process.env.PARITY_SLOW || process.env.PARITY_V2_DIR ? test : test.skip;

  known(test)(
    `${version}, from its exported graphs (PARITY_V2_DIR or ../shared)`,
    async () => {
      const { model, store, io } = load(version);
      const host = await SessionHost.start({ intraOpThreads: 1 });
      try {
        const sessions: Record<string, Session> = {};
        const graphs = convitsGraphs(model);
        // The prior is inside latent.onnx; here it gives it away.
        const { inputs } = graphs.latent;
        graphs.prior = {
          inputs: inputs.filter(({ name }) => !name.startsWith('noise')),
          run: ({ codes, text, style }) => {
            const prior = model.prior({ codes, text, style });
            return { style_text: model.textStyle(style), m_p: prior.mean, logs_p: prior.logScale };
          },
        };
        for (const key of ['style', 'prior', 'latent', 'decoder'])
          sessions[key] = await host.load(exportOnnx(trace(graphs[key].run, graphs[key].inputs)));
        for (const [name, references] of Object.entries(REFERENCES)) {
          const styles: tf.Tensor[] = [];
          for (const index of references) {
            const given = await sessions.style.run(feedsOf({ ...referenceOf(io, index) }));
            styles.push(tf.tensor(given.style.data as Float32Array, [...given.style.dims]));
          }
          const style = meanOf(styles);
          const codes = tensorOf(io.get('codes'), 'int32');
          const text = tensorOf(io.get('text'), 'int32');
          const prior = await sessions.prior.run(feedsOf({ codes, text, style }));
          const noise = tf.zeros([1, model.config.interChannels, codes.shape[2]!, 2]);
          const { latent } = await sessions.latent.run(
            feedsOf({ codes, text, style, noise, noise_scale: tf.scalar(0.5) }),
          );
          const { audio } = await sessions.decoder.run({ latent, ...feedsOf({ style }) });
          const wav: HostTensor = { ...audio, dims: [1, 1, audio.data.length] };
          compare(io, name, { style, ...prior, z: latent, wav });
        }
      } finally {
        await host.dispose();
        store.dispose();
      }
    },
    600_000,
  );

  known(slow)(
    `${version}, eagerly (slow: set PARITY_SLOW=1 or PARITY_V2_DIR)`,
    async () => {
      const { model, store, io } = load(version);
      for (const [name, references] of Object.entries(REFERENCES)) {
        const style = meanOf(
          references.map((index) => {
            const { spectrogram, speaker } = referenceOf(io, index);
            return model.style(spectrogram, undefined, undefined, speaker);
          }),
        );
        const request = { codes: tensorOf(io.get('codes'), 'int32'), text: tensorOf(io.get('text'), 'int32'), style };
        const { mean, logScale } = model.prior(request);
        const z = model.latentFromPrior({ ...request, noise: tf.zerosLike(mean), noiseScale: 0.5 });
        const values: Values = { style, style_text: model.textStyle(style), m_p: mean, logs_p: logScale, z };
        // The waveform of one is enough: a second one says no more, and takes a minute.
        compare(io, name, name === 'one' ? { ...values, wav: model.decode(z, style) } : values);
      }
      store.dispose();
    },
    600_000,
  );
}
