// v2, v2Pro and v2ProPlus go back to upstream's format: keys are those of the files that upstream wrote, and PyTorch loads them.
import { execFileSync, spawnSync } from 'node:child_process';
import { publishedData, publishedTrain } from '../../../test/published-vits-config';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readTorch, stateDict, writeSafetensors } from '@gpt-talker/checkpoint';
import { conVitsRecipeOf, vitsConfigSchema } from '../../config/vits-config';
import { createConVits } from '../../convits/model';
import { parameterKey } from '../../engine/step';
import { readStageTwo } from '../import/stage-two';
import { exportUpstreamVits } from './export-upstream';

tf.enableProdMode();
jest.setTimeout(300_000);

const FIXTURES = process.env.PARITY_V2_DIR ?? path.join(__dirname, '../../../../../../shared/fixtures/parity-v2');
const TAGS = { v2: 'PK', v2Pro: '05', v2ProPlus: '06' };
const torch = ['/usr/bin/python3', 'python3'].find((python) => spawnSync(python, ['-c', 'import torch']).status === 0);

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'versions-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function exported(version: keyof typeof TAGS): Promise<string> {
  const pro = version !== 'v2';
  const config = vitsConfigSchema.parse({
    train: publishedTrain,
    data: publishedData,
    model: {
      ...{ inter_channels: 4, hidden_channels: 8, filter_channels: 8, n_heads: 2, n_layers: 2, kernel_size: 3 },
      ...{ p_dropout: 0, resblock: '1', resblock_kernel_sizes: [3, 7, 11], upsample_rates: [10, 8, 2, 2, 2] },
      ...{ resblock_dilation_sizes: [1, 2, 3].map(() => [1, 3, 5]), upsample_initial_channel: 32, gin_channels: 12 },
      upsample_kernel_sizes: [version === 'v2ProPlus' ? 20 : 16, 16, 8, 2, 2],
      ...{ codebook_size: 8, codebook_width: 8, posterior_layers: 1, style_hidden_channels: 8, discriminator_size: 1 },
      ...{ version, ...(pro && { speaker_width: 20, cross_attention_channels: 8 }) },
    },
  });
  const { store } = createConVits(conVitsRecipeOf(config));
  const checkpoint = path.join(folder, `${version}.safetensors`);
  const tensors = new Map([...store.toArrays()].map(([key, array]) => [parameterKey(key), array]));
  await writeFile(
    checkpoint,
    writeSafetensors(tensors, { format: 'gpt-talker-training', position: '{"step":1,"seconds":1}' }),
  );
  store.dispose();
  const output = path.join(folder, `${version}.pth`);
  await exportUpstreamVits(config, { checkpoint, output });
  return output;
}

async function axesIn(file: string): Promise<Record<string, number>> {
  const weights = stateDict(readTorch(await readFile(file), file), 'weight');
  return Object.fromEntries([...weights].map(([name, { shape }]) => [name, shape.length]).sort());
}

describe.each(['v2', 'v2Pro', 'v2ProPlus'] as const)('%s', (version) => {
  let file: string;
  beforeAll(async () => {
    file = await exported(version);
  });
  const fixture = path.join(FIXTURES, `convits-${version}-small.pth`);

  (existsSync(fixture) ? test : test.skip)("has upstream's keys (PARITY_V2_DIR or ../shared)", async () => {
    expect(await axesIn(file)).toEqual(await axesIn(fixture));
  });

  test('is told from its shapes when it is read again, and begins as upstream begins it', async () => {
    expect((await readFile(file)).toString('latin1', 0, 2)).toBe(TAGS[version]);
    const { version: told, unexpected, config, store } = await readStageTwo(file);
    expect({ told, unexpected }).toEqual({ told: version, unexpected: [] });
    expect(config.speaker?.width).toBe(version === 'v2' ? undefined : 20);
    store.dispose();
  });

  (torch ? test : test.skip)(`torch.load takes it${torch ? '' : ' (python3-torch is not installed)'}`, () => {
    // Upstream puts back the zip's first two bytes before it loads.
    const script = `
import torch, sys, io
data = open(sys.argv[1], 'rb').read()
c = torch.load(io.BytesIO(b'PK' + data[2:]), map_location='cpu')
print(sorted(c), c['config']['model']['version'], {str(t.dtype) for t in c['weight'].values()}, c['weight']['enc_p.text_embedding.weight'].shape[0])`;
    const printed = execFileSync(torch!, ['-c', script, file], { encoding: 'utf8' }).trim();
    expect(printed).toBe(`['config', 'info', 'weight'] ${version} {'torch.float16'} 732`);
  });
});
