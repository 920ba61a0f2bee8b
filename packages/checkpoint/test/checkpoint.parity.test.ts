// Files that torch.save and safetensors really wrote.
import { readCheckpoint, readSafetensors, readTorch, stateDict, writeSafetensors, type CheckpointDict } from '../src';
import { toFloat16 } from '../src/half-precision';
import { listParityFiles, parityTest } from './parity-files';

parityTest('a stage-1 checkpoint: weights, configuration, information', ['congpt-small.half.legacy.ckpt'], (legacy) => {
  const file = readTorch(legacy, 'half.ckpt');
  expect(file.format).toBe('torch-legacy');
  expect(Object.keys(file.value as CheckpointDict)).toEqual(['weight', 'config', 'info']);
  const weights = stateDict(file, 'weight');
  // Whatever file lies there: its sizes are those that it states itself.
  const { model } = (file.value as { config: { model: Record<string, number> } }).config;
  expect(weights.get('model.ar_text_embedding.word_embeddings.weight')).toMatchObject({
    shape: [model.phoneme_vocab_size, model.embedding_dim],
    dtype: 'float16',
  });
  expect(Number.isFinite(weights.get('model.ar_text_position.alpha')!.data[0])).toBe(true);
  expect(weights.has(`model.h.layers.${model.n_layer - 1}.norm2.bias`)).toBe(true);
  expect(weights.has(`model.h.layers.${model.n_layer}.norm2.bias`)).toBe(false);
});

parityTest(
  'the same weights in zip format are the legacy ones before rounding',
  ['congpt-small.ckpt', 'congpt-small.half.legacy.ckpt'],
  (zip, legacy) => {
    const full = readTorch(zip, 'full.ckpt');
    expect(full.format).toBe('torch-zip');
    const exact = stateDict(full, 'weight');
    const rounded = stateDict(readTorch(legacy, 'half.ckpt'), 'weight');
    expect([...rounded.keys()]).toEqual([...exact.keys()]);
    for (const [name, { data, shape }] of exact) {
      const half = rounded.get(name)!;
      expect(half.shape).toEqual(shape);
      // Rounded here and rounded by torch: the same bits.
      const bits = [half.data, data].map((values) => bytesOf(toFloat16(Float32Array.from(values))));
      expect(Buffer.compare(bits[0], bits[1])).toBe(0);
    }
  },
);

parityTest('utils.HParams is read as an object', ['hparams-config.pth'], (bytes) => {
  const file = readTorch(bytes, 'hparams-config.pth');
  const { config } = file.value as { config: CheckpointDict };
  expect(config.train).toMatchObject({ learning_rate: 1e-4, betas: [0.8, 0.99], fp16_run: true });
  expect(config.data).toMatchObject({ sampling_rate: 32000, hop_length: 640 });
  expect(stateDict(file, 'weight').get('enc_p.ssl_proj.weight')).toMatchObject({
    shape: [192, 768, 1],
    dtype: 'float16',
  });
});

parityTest('pathlib paths are read as text', ['path-config.ckpt'], (bytes) => {
  const { value } = readTorch(bytes, 'path-config.ckpt');
  expect(value).toMatchObject({ config: { output_dir: 'logs/s1' }, info: 'x' });
  expect(value).toMatchObject({ weight: { a: { shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) } } });
});

parityTest('a version tag in place of the first two bytes does not matter', ['path-config.ckpt'], (bytes) => {
  const tagged = Uint8Array.from(bytes);
  tagged.set([0x30, 0x33]);
  expect(readCheckpoint(tagged)).toEqual(readCheckpoint(bytes));
});

parityTest('a stage-2 checkpoint', ['convits-small-G.pth'], (bytes) => {
  const weights = stateDict(readTorch(bytes, 'G.pth'), 'weight');
  expect(weights.get('dec.conv_pre.weight')!.dtype).toBe('float16');
  expect([...weights.keys()].some((name) => name.startsWith('enc_q.'))).toBe(false);
});

parityTest(
  'Hugging Face weights',
  ['hubert-small/pytorch_model.bin', 'bert-small/pytorch_model.bin'],
  (hubert, bert) => {
    const names = (bytes: Uint8Array) => [...stateDict(readCheckpoint(bytes)).keys()];
    expect(names(hubert)).toContain('encoder.pos_conv_embed.conv.parametrizations.weight.original0');
    expect(names(bert)).toContain('bert.embeddings.word_embeddings.weight');
  },
);

const safetensors = listParityFiles('.safetensors');
if (safetensors.length === 0) test.skip('safetensors files (skipped: none here)', () => undefined);
for (const name of safetensors) {
  parityTest(`${name} survives being written again`, [name], (bytes) => {
    const { tensors } = readSafetensors(bytes, name);
    const again = readSafetensors(writeSafetensors(tensors), 'again').tensors;
    expect(again.size).toBe(tensors.size);
    for (const [key, { shape, dtype, data }] of tensors) {
      const copy = again.get(key)!;
      expect([copy.shape, copy.dtype]).toEqual([shape, dtype]);
      // Bytes, because toEqual over long arrays is slow.
      expect(Buffer.compare(bytesOf(copy.data), bytesOf(data))).toBe(0);
    }
  });
}

function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
