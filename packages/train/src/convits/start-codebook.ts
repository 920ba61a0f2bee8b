// The codebook's beginning: k-means on the features of the first batches, recorded as graphs so that a thousand codes are no matter.
// N vectors, W width, Q codes.
import { randomForName } from '@gpt-talker/nn';
import { float32, int32, type HostTensor } from '@gpt-talker/runtime';
import { compile, conv1d, trace, type CompileOptions } from '@gpt-talker/tfjs-onnx';
import { FRAMES_PER_TOKEN, startCodebook } from '@gpt-talker/vits/model';
import { parameterKey } from '../engine/step';
import type { TrainingState } from '../engine/state';
import type { StageBatches } from '../run/stage';
import type { ConVitsNetwork } from './model';

const ITERATIONS = 10;
/** Vectors a code, as far as the batches give them. */
const VECTORS_PER_CODE = 8;

/** Sets the state's codebook on the features of batches `at(0)`, `at(1)`, …. */
export async function startCodebookOf(
  { model, store }: ConVitsNetwork,
  state: TrainingState,
  batches: Pick<StageBatches, 'at' | 'stepsPerEpoch'>,
  seed: number,
  options: CompileOptions,
): Promise<void> {
  const { size, width } = model.config.quantizer;
  const wanted = size * VECTORS_PER_CODE;
  const vectors: Float32Array[] = [];
  for (let step = 0; step < batches.stepsPerEpoch && vectors.length < wanted; step++) {
    for (const { ssl, vectors: valid } of (await batches.at(step)).batches)
      vectors.push(...(await featuresOf({ store }, ssl, new Set(valid.data as Int32Array), options)));
  }
  const random = randomForName(seed, 'codebook');
  const rows = Int32Array.from({ length: size }, () => random.integer(vectors.length));
  const all = new Float32Array(vectors.length * width);
  vectors.forEach((vector, row) => all.set(vector, row * width));
  const graph = trace(
    ({ vectors: points, rows: begin }) => ({ ...startCodebook(points, begin, { iterations: ITERATIONS }) }),
    [
      { name: 'vectors', shape: [vectors.length, width] },
      { name: 'rows', shape: [size], dtype: 'int32' },
    ],
  );
  const compiled = await compile(graph, options);
  const started = await compiled.run({ vectors: float32(all, [vectors.length, width]), rows: int32(rows, [size]) });
  await compiled.dispose();
  const { averages, codebook } = model.quantizer;
  const places = { embed: codebook, embedAverage: averages!.embedAverage, clusterSize: averages!.clusterSize };
  for (const [name, parameter] of Object.entries(places)) {
    const { data } = started[name];
    state.tensors.set(
      parameterKey(parameter.name),
      float32(Float32Array.from(data as Float32Array), [...parameter.shape]),
    );
  }
}

/** The projected features [W] of the tokens in `valid`. */
async function featuresOf(
  { store }: Pick<ConVitsNetwork, 'store'>,
  ssl: HostTensor,
  valid: ReadonlySet<number>,
  options: CompileOptions,
): Promise<Float32Array[]> {
  const graph = trace(
    (inputs) => ({
      features: conv1d(inputs.ssl, store.get('ssl_proj.weight').value, {
        bias: store.get('ssl_proj.bias').value,
        stride: FRAMES_PER_TOKEN,
      }),
    }),
    [{ name: 'ssl', shape: [...ssl.dims] }],
  );
  const compiled = await compile(graph, options);
  const { features } = await compiled.run({ ssl });
  await compiled.dispose();
  const [, width, tokens] = features.dims;
  return [...valid].map((place) => {
    const [row, token] = [Math.floor(place / tokens), place % tokens];
    const data = features.data as Float32Array;
    return Float32Array.from({ length: width }, (_, channel) => data[(row * width + channel) * tokens + token]);
  });
}
