// Voices by their address, from a server that can fail in every way that networks do, with a Cache Storage that can refuse. What a real
// browser makes of it is tested in apps/serve/test/page/in-page.e2e.test.ts.
import { createServer, type Server, type ServerResponse } from 'node:http';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { openVoice } from './open-voice.browser';

const FOLDER = path.resolve(__dirname, '../../voice-tiny/voice');

/** The parts of Cache Storage that are used. */
class StoredFiles {
  readonly kept = new Map<string, Blob>();
  refuses: 'open' | 'put' | undefined;

  async open(): Promise<Pick<Cache, 'match' | 'put'>> {
    if (this.refuses === 'open') throw new DOMException('storage is not allowed', 'SecurityError');
    return {
      match: async (address) => {
        const blob = this.kept.get(String(address));
        return blob && new Response(blob);
      },
      put: async (address, response) => {
        if (this.refuses === 'put') throw new DOMException('the disk is full', 'QuotaExceededError');
        this.kept.set(String(address), await response.blob());
      },
    };
  }
}

let storage: StoredFiles;
let server: Server;
let address: string;
let asked: string[];
let fault: ((file: string, response: ServerResponse) => boolean) | undefined;

beforeEach(async () => {
  storage = new StoredFiles();
  Object.assign(globalThis, { caches: storage });
  [asked, fault] = [[], undefined];
  server = createServer((request, response) => {
    const file = request.url!.slice(1);
    asked.push(file);
    if (fault?.(file, response)) return;
    void readFile(path.join(FOLDER, file)).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  Reflect.deleteProperty(globalThis, 'caches');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const onFile = (name: string, answer: (response: ServerResponse) => void): void => {
  fault = (file, response) => file === name && (answer(response), true);
};

test('a voice is fetched once, and told how far it is', async () => {
  const told: number[] = [];
  const voice = await openVoice(address, {
    onProgress: ({ loadedBytes, totalBytes }) => told.push(loadedBytes / totalBytes),
  });
  expect([told[0], told.at(-1)]).toEqual([0, 1]);
  const { file } = voice.manifest.references[0];
  expect(await voice.read(file)).toEqual(
    new Uint8Array(await readFile(path.join(FOLDER, voice.manifest.files[file].path))),
  );
  asked.length = 0;
  await openVoice(address);
  expect(asked).toEqual(['voice.json']);
});

test.each<[string, (response: ServerResponse) => void, string, RegExp]>([
  [
    'breaks off',
    (response) => (
      response.writeHead(200, { 'Content-Length': 1e6 }).write('ONNX'),
      setTimeout(() => response.destroy(), 20)
    ),
    'unreadable',
    /cannot be fetched .*; check the connection, then load it again$/,
  ],
  [
    'is a web page',
    (response) => response.end('<!doctype html><title>Log in</title>'),
    'altered',
    /is a web page, but voice.json says \d+ bytes; load it again$/,
  ],
  [
    'is not there',
    (response) => response.writeHead(404).end(),
    'missing',
    /the server answers 404; check the address$/,
  ],
  [
    'is longer',
    (response) => response.end(Buffer.alloc(9e6)),
    'altered',
    /is longer than \d+ bytes; check the address$/,
  ],
])(
  'a file that %s is refused and not kept; loading again fetches what is missing',
  async (_what, answer, code, message) => {
    onFile('gpt.onnx', answer);
    const failure = await openVoice(address).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'VoiceFileError', code });
    expect((failure as Error).message).toMatch(message);
    const { gpt } = (await voiceJson()).files;
    expect([...storage.kept.keys()].filter((key) => key.endsWith(gpt.sha256))).toEqual([]);
    fault = undefined;
    asked.length = 0;
    await openVoice(address);
    expect(asked).toContain('gpt.onnx');
  },
);

test('a file with another hash is refused', async () => {
  const bytes = await readFile(path.join(FOLDER, 'gpt.onnx'));
  bytes[bytes.length - 1] ^= 1;
  onFile('gpt.onnx', (response) => response.end(bytes));
  await expect(openVoice(address)).rejects.toThrow(/gpt\.onnx: SHA-256 differs from voice\.json/);
});

test('an address without a voice is said to be none', async () => {
  onFile('voice.json', (response) => response.end('<!doctype html><title>Not here</title>'));
  await expect(openVoice(address)).rejects.toMatchObject({ name: 'VoiceFileError', code: 'manifest' });
});

test.each(['open', 'put'] as const)(
  'where storage refuses to %s, the voice works and is fetched again',
  async (refusal) => {
    storage.refuses = refusal;
    await openVoice(address);
    expect(storage.kept.size).toBe(0);
    asked.length = 0;
    await openVoice(address);
    expect(asked).toContain('gpt.onnx');
  },
);

test('a file that storage cut short is fetched again', async () => {
  await openVoice(address);
  for (const [key, blob] of storage.kept) storage.kept.set(key, blob.slice(0, blob.size - 1));
  asked.length = 0;
  await openVoice(address);
  expect(asked).toContain('gpt.onnx');
});

test('two pages at once keep the same files', async () => {
  const [one, other] = await Promise.all([openVoice(address), openVoice(address)]);
  expect(one.manifest).toEqual(other.manifest);
  const hashes = new Set(Object.values(one.manifest.files).map(({ sha256 }) => sha256));
  expect(storage.kept.size).toBe(hashes.size);
});

test('an abort ends it with the signal’s reason, and keeps nothing that is not whole', async () => {
  const controller = new AbortController();
  onFile('gpt.onnx', (response) => void response.writeHead(200).write('ONNX'));
  const opening = openVoice(address, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 100);
  await expect(opening).rejects.toThrow('enough');
});

async function voiceJson(): Promise<{ files: Record<string, { sha256: string }> }> {
  return JSON.parse(await readFile(path.join(FOLDER, 'voice.json'), 'utf8')) as never;
}
