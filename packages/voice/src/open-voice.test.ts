import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openVoice, parseManifest } from './index';

const FILES = {
  gpt: 'gpt.onnx',
  style: 'style.onnx',
  latent: 'latent.onnx',
  decoder: 'decoder.onnx',
  codebook: 'data/codebook.safetensors',
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'voice-'));
  await mkdir(path.join(folder, 'data'));
  for (const [key, file] of Object.entries(FILES)) await writeFile(path.join(folder, file), `bytes of ${key}`);
  await writeManifest();
});
afterEach(() => rm(folder, { recursive: true }));

type Fields = ReturnType<typeof fields>;
function fields() {
  return {
    format: 'gpt-talker-voice',
    version: 1,
    name: 'test',
    license: 'MIT',
    origin: 'a test',
    languages: ['en'],
    sampleRate: 16000,
    hopSamples: 320,
    symbols: ['_', 'AA1', 'B'],
    text: { features: 'none', featureWidth: 0 },
    layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 2, maxPositions: 512 },
    semantic: { vocabulary: 513, endOfSpeech: 512, tokensPerSecond: 25 },
    gpt: { layers: 1, width: 8, heads: 2 },
    vits: {
      interChannels: 8,
      styleChannels: 4,
      spectrogram: { fftSize: 1024, windowSamples: 1024, hopSamples: 320, bins: 513 },
      attentionWindow: null as number | null,
      noiseScale: 0.5,
      contextTokens: 4,
    },
    sampling: { topK: 5, topP: 1, temperature: 0.7, repetitionPenalty: 1.35 },
    encoder: { kind: 'spectral', file: 'codebook' },
    files: Object.fromEntries(
      Object.entries(FILES).map(([key, file]) => [
        key,
        { path: file, bytes: 9 + key.length, sha256: createHash('sha256').update(`bytes of ${key}`).digest('hex') },
      ]),
    ),
    references: [] as { speaker: string; file: string }[],
  };
}

async function writeManifest(change: (manifest: Fields) => void = () => {}): Promise<void> {
  const manifest = fields();
  change(manifest);
  await writeFile(path.join(folder, 'voice.json'), JSON.stringify(manifest));
}

const refused = (code: string, message: string | RegExp) =>
  expect(openVoice(folder)).rejects.toMatchObject({
    name: 'VoiceFileError',
    code,
    message: typeof message === 'string' ? `${folder}/${message}` : expect.stringMatching(message),
  });

test('a whole voice is opened', async () => {
  const voice = await openVoice(folder);
  expect(voice.manifest.semantic.endOfSpeech).toBe(512);
  expect(voice.path('codebook')).toBe(path.join(voice.folder, 'data/codebook.safetensors'));
  expect(() => voice.path('flow')).toThrow("lists no file 'flow'; export the voice again");
});

test('what may be left out has a default', async () => {
  const { manifest } = await openVoice(folder);
  expect(manifest.sampling.minimumTokens).toBe(11);
  expect(manifest.vits.framesPerToken).toBe(2);
});

const HUBERT = { kind: 'hubert', file: 'codebook', statistics: 'codebook', quantizer: 'codebook' };
const BERT = { features: 'bert', featureWidth: 4, bert: { file: 'gpt', tokenizer: 'gpt', maximumPositions: 512 } };

test('a voice that encodes speech with HuBERT and text with BERT names their files', async () => {
  await writeManifest((manifest) => Object.assign(manifest, { encoder: HUBERT, text: BERT }));
  expect((await openVoice(folder)).manifest.encoder).toEqual({ ...HUBERT, normalize: false, tailSeconds: 0 });
  for (const key of ['file', 'statistics', 'quantizer']) {
    await writeManifest((manifest) => Object.assign(manifest, { encoder: { ...HUBERT, [key]: 'ear' } }));
    await refused('manifest', new RegExp(`encoder.${key}: names the file 'ear', which is not listed under files`));
  }
  for (const key of ['file', 'tokenizer']) {
    const text = { ...BERT, bert: { ...BERT.bert, [key]: 'eye' } };
    await writeManifest((manifest) => Object.assign(manifest, { text }));
    await refused('manifest', new RegExp(`text.bert.${key}: names the file 'eye'`));
  }
  await writeManifest((manifest) => Object.assign(manifest, { text: { features: 'bert', featureWidth: 4 } }));
  await refused('manifest', /text.bert: must be there exactly where text.features is/);
});

test('fields of a later minor change do no harm', async () => {
  await writeManifest((manifest) => Object.assign(manifest, { colour: 'warm' }));
  await expect(openVoice(folder)).resolves.toBeDefined();
});

describe('a folder that is no voice', () => {
  test('is not there', async () => {
    await expect(openVoice('/nowhere/voice')).rejects.toMatchObject({
      code: 'missing',
      message: '/nowhere/voice: there is no such voice folder; check the path',
    });
  });
  test('is a file', async () => {
    await expect(openVoice(path.join(folder, 'gpt.onnx'))).rejects.toMatchObject({ code: 'missing' });
  });
  test('has no manifest', async () => {
    await rm(path.join(folder, 'voice.json'));
    await refused('missing', 'voice.json: is missing, so this is not a voice folder; check the path');
  });
  test('has something else in its place', async () => {
    await writeFile(path.join(folder, 'voice.json'), '{"format": "other"}');
    await refused('manifest', "voice.json: is not a voice (format is not 'gpt-talker-voice'); check the path");
    await writeFile(path.join(folder, 'voice.json'), 'null');
    await refused('manifest', /is not a voice/);
    await writeFile(path.join(folder, 'voice.json'), '{"format":');
    await refused('manifest', 'voice.json: is not JSON; export the voice again');
    await writeFile(path.join(folder, 'voice.json'), ' '.repeat(1024 * 1024 + 1));
    await refused('manifest', /is 1048577 bytes, more than a voice's description can have/);
    await rm(path.join(folder, 'voice.json'));
    await mkdir(path.join(folder, 'voice.json'));
    await refused('unreadable', /voice.json: cannot be read \(EISDIR\); check its permissions/);
  });
});

describe('a manifest that is wrong', () => {
  test.each<[string, (manifest: Fields) => void, string, RegExp]>([
    ['version', (m) => (m.version = 2), 'version', /is of version 2, but this program reads version 1; update/],
    ['type', (m) => (m.sampleRate = '16k' as never), 'manifest', /voice.json: sampleRate: .*; export the voice again$/],
    ['missing graph', (m) => delete m.files.decoder, 'manifest', /files.decoder: is missing/],
    [
      'unlisted file',
      (m) => (m.encoder.file = 'codes'),
      'manifest',
      /encoder.file: names the file 'codes', which is not listed/,
    ],
    [
      'inherited name',
      (m) => (m.encoder.file = 'constructor'),
      'manifest',
      /names the file 'constructor', which is not listed/,
    ],
    [
      'unlisted reference',
      (m) => m.references.push({ speaker: 'agent', file: 'x' }),
      'manifest',
      /references.0.file: names the file 'x'/,
    ],
    ['end of speech', (m) => (m.semantic.endOfSpeech = 513), 'manifest', /semantic.endOfSpeech: must be below/],
    ['frame rate', (m) => (m.hopSamples = 300), 'manifest', /hopSamples: must be sampleRate \/ 50/],
    ['feature width', (m) => (m.text.featureWidth = 7), 'manifest', /text.featureWidth: must be 0/],
    ['repeated symbol', (m) => m.symbols.push('B'), 'manifest', /symbols: must not repeat/],
    ['checksum form', (m) => (m.files.gpt.sha256 = 'ABC'), 'manifest', /files.gpt.sha256: must be 64 lower-case/],
  ])('%s', async (_what, change, code, message) => {
    await writeManifest(change);
    await refused(code, message);
  });

  test('its text can be checked by itself', () => {
    expect(parseManifest(JSON.stringify(fields())).name).toBe('test');
    expect(() => parseManifest('[]', 'my.json')).toThrow(/^my.json: is not a voice/);
  });
});

describe('a file that is not what the manifest says', () => {
  test('missing', async () => {
    await rm(path.join(folder, 'latent.onnx'));
    await refused('missing', 'latent.onnx: is missing, though voice.json lists it; export the voice again');
  });
  test('of another size', async () => {
    await writeFile(path.join(folder, 'gpt.onnx'), 'more bytes than before');
    await refused('altered', 'gpt.onnx: is 22 bytes, but voice.json says 12; export the voice again');
  });
  test('altered', async () => {
    await writeFile(path.join(folder, 'gpt.onnx'), 'bytes of gpX');
    await refused('altered', 'gpt.onnx: SHA-256 differs from voice.json; export the voice again');
  });
  test('a folder', async () => {
    await rm(path.join(folder, 'gpt.onnx'));
    await mkdir(path.join(folder, 'gpt.onnx'));
    await refused('missing', 'gpt.onnx: is not a file; export the voice again');
  });
  test.each(['../secret', '/etc/passwd', 'data/../../secret', './gpt.onnx', 'data//x', 'C:\\x', '..\\x', 'a\0b'])(
    'path %j',
    async (listed) => {
      await writeManifest((manifest) => (manifest.files.gpt.path = listed));
      await refused('path', /leaves the voice's folder; do not use this voice$/);
    },
  );
  test('a link that leaves the folder', async () => {
    await rm(path.join(folder, 'gpt.onnx'));
    await symlink('/etc/hostname', path.join(folder, 'gpt.onnx'));
    await refused('path', "gpt.onnx: is a link that leaves the voice's folder; do not use this voice");
  });
});
