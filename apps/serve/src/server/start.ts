// A service from its options to its end: loads models, opens the store, listens; stops without cutting anybody off.
import path from 'node:path';
import type { RecognizerKind } from '@gpt-talker/dataset/collect';
import pino, { type Logger } from 'pino';
import { Conversations } from '../conversations/conversations';
import { MemoryStore } from '../conversations/memory-store';
import { RedisStore } from '../conversations/redis-store';
import type { ConversationStore } from '../conversations/store';
import type { Engine } from '../engine/engine';
import { WorkerPool } from '../engine/worker-pool';
import { packageFolder, packageVersion } from '../own-package';
import { UsageError } from '../report-error';
import { Ffmpeg } from '../sound/ffmpeg';
import { removeLeftovers } from '../sound/leftovers';
import { Admission } from '../requests/admission';
import { buildServer } from './build-server';
import { Hosts } from './hosts';
import { Keys } from './keys';
import type { Limits } from '../requests/limits';
import { Metrics } from './metrics';
import { Origins } from './origins';
import { ReferenceFolder } from './reference-folder';
import type { Service, SpeechRecognizer } from './service';
import { Speaking } from '../requests/speaking';
import type { Provider } from '../provider-option';
import { startWyoming, type WyomingServer } from '../wyoming/server';
import { announceWyoming, type Announcement } from '../wyoming/zeroconf';

export interface ServiceOptions {
  host: string;
  /** 0: any that is free. */
  port: number;
  voiceFolders: string[];
  workers: number;
  /** Replies that one worker makes at once. */
  concurrency: number;
  /** Threads of each worker's model. */
  threads?: number;
  /** Where each worker's model is computed. */
  provider?: Provider;
  /** redis://…; default: in memory. */
  store?: string;
  referenceFolder?: string;
  /** A folder of one of sherpa-onnx's speech recognition models, and its kind; or `pocketsphinx`. */
  recognizer?: { model: string; kind: RecognizerKind };
  /** The port of Home Assistant's protocol; default: none. */
  wyomingPort?: number;
  /** Under which name the network is told of it; it is not told otherwise. */
  wyomingName?: string;
  keys: string[];
  origins: string[];
  /** Names that the service has beside its address. */
  hosts: string[];
  limits: Limits;
  logLevel: string;
  /** Warnings and errors in lines to read, instead of all that there is as JSON. */
  logForPeople?: boolean;
  logText: boolean;
}

export interface RunningService {
  /** Such as http://127.0.0.1:8080. */
  address: string;
  /** Such as tcp://127.0.0.1:10200. */
  wyoming?: string;
  log: Logger;
  /** Finishes running replies, then ends everything. May be called again. */
  stop(): Promise<void>;
}

/** Conversations that each worker keeps open. */
const OPEN_CONVERSATIONS = 64;

/** What may be put in the place of the usual parts, by tests. */
export interface ServiceParts {
  engine?: Engine;
  log?: Logger;
  page?: string;
  ffmpeg?: Ffmpeg;
  recognizer?: SpeechRecognizer;
}

/** @throws what keeps a model from being loaded, the store from being reached, or the address from being used */
export async function startService(options: ServiceOptions, parts: ServiceParts = {}): Promise<RunningService> {
  const log = parts.log ?? openLog(options);
  const metrics = new Metrics();
  const references = options.referenceFolder
    ? new ReferenceFolder(options.referenceFolder, options.limits.bodyBytes)
    : undefined;
  const recognizer = parts.recognizer ?? (await openRecognizer(options));
  await removeLeftovers();
  const store = await openStore(options, log);
  let engine: Engine;
  try {
    engine = parts.engine ?? (await startWorkers(options, metrics, log));
  } catch (error) {
    await store.dispose();
    throw error;
  }
  const admission = new Admission(engine, options.limits.queue, (seconds) => metrics.queueWait.observe(seconds));
  const speaking = new Speaking(engine, admission, metrics, options.limits.unsentBytes);
  metrics.watch({ engine, admission, speaking, store });
  let stopped: Promise<void> | undefined;
  const service: Service = {
    version: packageVersion(),
    engine,
    store,
    admission,
    speaking,
    conversations: new Conversations({
      engine,
      store,
      admission,
      speaking,
      limits: options.limits,
      onHistoryRead: () => metrics.historiesRead.inc(),
    }),
    metrics,
    ffmpeg: parts.ffmpeg ?? (await Ffmpeg.find()),
    limits: options.limits,
    hosts: new Hosts(options.host, options.hosts),
    keys: new Keys(options.keys),
    origins: new Origins(options.origins),
    references,
    recognizer,
    logText: options.logText,
    page: parts.page ?? path.join(packageFolder(), 'dist', 'web'),
    isStopping: () => stopped !== undefined,
  };
  const { app, drain, sent } = await buildServer(service, log);
  let wyoming: WyomingServer | undefined;
  let announcement: Announcement | undefined;
  const stop = async (): Promise<void> => {
    log.info('stopping');
    await announcement?.stop();
    // Listening goes on: new clients are told to come again.
    await within(options.limits.shutdownSeconds, Promise.all([admission.close(), drain()]));
    // What was made has still to be sent; connections that are left then, idle or given up by their clients, hold nobody back.
    await within(options.limits.shutdownSeconds, sent());
    await wyoming?.stop();
    const closed = app.close();
    app.server.closeAllConnections();
    await within(options.limits.shutdownSeconds, closed);
    await engine.dispose();
    await store.dispose();
    log.info('stopped');
  };
  try {
    const address = await app.listen({ host: options.host, port: options.port });
    if (options.wyomingPort !== undefined)
      wyoming = await startWyoming(service, { host: options.host, port: options.wyomingPort });
    if (wyoming && options.wyomingName !== undefined)
      announcement = await announceWyoming({
        name: options.wyomingName,
        host: options.host,
        port: wyoming.port,
        onError: (error) => log.warn({ err: error }, 'the network is not told of Wyoming'),
      });
    log.info(
      { address, wyoming: wyoming?.address, store: store.kind, voices: engine.voices.map(({ name }) => name) },
      'listening',
    );
    return { address, wyoming: wyoming?.address, log, stop: () => (stopped ??= stop()) };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The log goes to stderr: stdout is for people. */
function openLog({ logLevel, logForPeople }: ServiceOptions): Logger {
  if (logForPeople)
    return pino({ level: 'warn', base: undefined }, { write: (line) => process.stderr.write(asText(line)) });
  return pino({ level: logLevel, base: undefined }, pino.destination({ dest: 2, sync: true }));
}

/** A line of the log as a sentence. */
export function asText(line: string): string {
  const { level, msg, err } = JSON.parse(line) as { level: number; msg?: string; err?: { message?: string } };
  const what = [msg, err?.message].filter((part) => part !== undefined && part !== '').join(': ');
  return `gpt-talker: ${level >= 50 ? 'error' : 'warning'}: ${what}\n`;
}

/** The recogniser that needs no folder: Debian's packages have its model. */
const POCKETSPHINX = 'pocketsphinx';

/** @throws DatasetError `option` for a folder that is no such model, or where sherpa-onnx-node is not installed */
async function openRecognizer({ recognizer, threads }: ServiceOptions): Promise<SpeechRecognizer | undefined> {
  if (!recognizer) return undefined;
  const { PocketsphinxRecognizer, Recognizer, RECOGNIZER_OPTIONS } = await import('@gpt-talker/dataset/collect');
  if (recognizer.model === POCKETSPHINX)
    return PocketsphinxRecognizer.open().catch((error: unknown) => {
      const install = "run 'sudo apt-get install pocketsphinx pocketsphinx-en-us'";
      throw new UsageError(`--recognizer ${POCKETSPHINX}: it, or its model of English, is not installed; ${install}`, {
        cause: error,
      });
    });
  return Recognizer.open(
    { ...RECOGNIZER_OPTIONS, ...recognizer, ...(threads !== undefined && { threads }) },
    {
      what: 'the speech recognition model',
      option: '--recognizer FOLDER',
      where: 'https://github.com/k2-fsa/sherpa-onnx/releases/tag/asr-models',
      instead: 'the words with each recording',
    },
  );
}

async function openStore({ store: url, limits }: ServiceOptions, log: Logger): Promise<ConversationStore> {
  if (url === undefined) return new MemoryStore(limits);
  const onError = (error: Error) => log.error({ err: error }, 'store does not answer');
  return RedisStore.connect(url, { limits, onError });
}

function startWorkers(options: ServiceOptions, metrics: Metrics, log: Logger): Promise<WorkerPool> {
  const { voiceFolders, threads, provider, workers, concurrency, limits } = options;
  return WorkerPool.start({
    program: path.join(packageFolder(), 'dist', 'worker.js'),
    workers,
    concurrency,
    worker: {
      voiceFolders,
      threads,
      together: concurrency,
      provider,
      conversations: OPEN_CONVERSATIONS,
      conversationSeconds: limits.conversationSeconds,
    },
    timeoutSeconds: limits.workerSeconds,
    note: (event, details) => {
      if (event === 'worker lost') metrics.workersLost.inc();
      log[event === 'worker ready' ? 'info' : 'error'](details, event);
    },
  });
}

/** Waits, but not for ever. */
async function within(seconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, 1000 * seconds)));
  await Promise.race([work.then(() => undefined), late]).finally(() => clearTimeout(timer));
}
