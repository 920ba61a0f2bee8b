// A service on a free port, with an engine that has no model, and what tests ask of it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWav, writeWav, type Audio } from '@gpt-talker/audio';
import pino from 'pino';
import { DEFAULT_LIMITS, type Limits } from '../src/requests/limits';
import { startService, type RunningService, type ServiceOptions } from '../src/server/start';
import type { SpeechRecognizer } from '../src/server/service';
import type { Ffmpeg } from '../src/sound/ffmpeg';
import { FakeEngine, RATE, tone, type FakeOptions } from './fake-engine';

export interface TestService {
  engine: FakeEngine;
  service: RunningService;
  url: string;
  /** Lines of the log, parsed. */
  log: Record<string, unknown>[];
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** The id of a new conversation. */
  begin(body?: object): Promise<string>;
  stop(): Promise<void>;
}

export type TestOptions = Partial<Omit<ServiceOptions, 'limits' | 'recognizer'>> & {
  limits?: Partial<Limits>;
  fake?: FakeOptions;
  page?: string;
  ffmpeg?: Ffmpeg;
  recognizer?: SpeechRecognizer;
};

export async function startTestService({
  limits,
  fake,
  page,
  ffmpeg,
  recognizer,
  ...options
}: TestOptions = {}): Promise<TestService> {
  const engine = new FakeEngine(fake);
  const log: Record<string, unknown>[] = [];
  const service = await startService(
    {
      host: '127.0.0.1',
      port: 0,
      voiceFolders: [],
      workers: 1,
      concurrency: 1,
      keys: [],
      origins: [],
      hosts: [],
      logLevel: 'info',
      logText: false,
      ...options,
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
    {
      engine,
      page: page ?? '/nowhere',
      ffmpeg,
      recognizer,
      log: pino({ level: 'info', base: undefined }, { write: (line) => void log.push(JSON.parse(line)) }),
    },
  );
  const url = service.address;
  const post = (where: string, body: unknown, headers: Record<string, string> = {}) =>
    fetch(url + where, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  return {
    engine,
    service,
    url,
    log,
    post,
    get: (where, headers) => fetch(url + where, { headers }),
    begin: async (body = {}) => ((await (await post('/v1/conversations', body)).json()) as { id: string }).id,
    stop: () => service.stop(),
  };
}

/** What the service should answer with, as the samples of a 16-bit file. */
export function expectedSamples(text: string, seed = 0, heard: string[] = []): number[] {
  const all = Float32Array.from(tone(text, seed, heard).flatMap(({ samples }) => [...samples]));
  return [...readWav(writeWav({ samples: all, sampleRate: RATE })).samples];
}

export async function samplesOf(response: Response): Promise<number[]> {
  return [...readWav(new Uint8Array(await response.arrayBuffer())).samples];
}

/** Half a second of a tone, as a wav file. */
export function someWav(seconds = 0.5, sampleRate = RATE): Uint8Array {
  const audio: Audio = {
    samples: Float32Array.from({ length: seconds * sampleRate }, (_, i) => 0.3 * Math.sin(i / 10)),
    sampleRate,
  };
  return writeWav(audio);
}

/** What comes back on a connection for bytes that need not be HTTP. */
export function raw(url: string, bytes: string | Uint8Array, { keepOpen = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = '';
    socket.on('data', (part) => (answer += part.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.write(bytes);
    if (!keepOpen) socket.end();
  });
}

/** A folder for one test; removed by the returned function. */
export async function folderWith(
  files: Record<string, Uint8Array | string>,
): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'serve-'));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Waits until something holds. */
export async function until(holds: () => boolean | Promise<boolean>, seconds = 5): Promise<void> {
  const end = performance.now() + 1000 * seconds;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`it did not become so within ${seconds} s: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
