// gpt-talker serve: conversations over HTTP.
import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { providerOption, type Provider } from '../provider-option';
import { defaultVoiceFolder } from '../own-package';
import { UsageError } from '../report-error';
import { DEFAULT_LIMITS, type Limits } from '../requests/limits';
import { checkAnnounced } from '../wyoming/zeroconf';
import { wholeNumber } from '../whole-number';
import type { RecognizerKind } from '@gpt-talker/dataset/collect';

interface ServeOptions {
  host: string;
  port: number;
  voice: string[];
  workers: number;
  concurrency: number;
  threads?: number;
  provider?: Provider;
  store?: string;
  referenceDir?: string;
  wyoming?: number;
  zeroconf?: string | true;
  recognizer?: string;
  recognizerKind: RecognizerKind;
  apiKey: string[];
  cors: string[];
  allowHost: string[];
  logLevel?: string;
  logText?: boolean;
  maxBody: number;
  maxAudio: number;
  maxText: number;
  queue: number;
  replyTimeout: number;
  requestTimeout: number;
  writeTimeout: number;
  workerTimeout: number;
  unsentSize: number;
  conversations: number;
  conversationAge: number;
  conversationTurns: number;
  conversationSize: number;
  storeSize: number;
  shutdownTimeout: number;
  sockets: number;
}

/** As RECOGNIZER_KINDS of @gpt-talker/dataset/collect has them, which is loaded only where one is used; types hold it whole. */
const RECOGNIZER_KINDS = Object.keys({
  whisper: true,
  'sense-voice': true,
  paraformer: true,
  transducer: true,
  'nemo-ctc': true,
  'zipformer-ctc': true,
  'wenet-ctc': true,
  dolphin: true,
  'fire-red': true,
  moonshine: true,
  tdnn: true,
} satisfies Record<RecognizerKind, true>);
const MEBIBYTE = 2 ** 20;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
/** Where keys may be given without showing them to who lists processes. */
const KEYS_VARIABLE = 'GPT_TALKER_API_KEYS';
/** Workers say once a second that they live. */
const LEAST_WORKER_SECONDS = 3;

export function serveCommand(): Command {
  const limit = DEFAULT_LIMITS;
  const collect = (value: string, known: string[]): string[] => [...known, value];
  return new Command('serve')
    .description('Serves conversations over HTTP, with a page to try them.')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('-p, --port <number>', 'port to listen on, 0 for any', portNumber, 8080)
    .option('-v, --voice <folder...>', 'voices to speak with (default: the embedded one)', [] as string[])
    .option('--workers <number>', 'processes, each with its own model', positive, 1)
    .option('--concurrency <number>', 'replies that a worker makes at once', positive, 2)
    .option('--threads <number>', "threads of each worker's model (default: the machine's, shared)", positive)
    .addOption(providerOption())
    .option('--store <url>', 'redis://… keeps conversations there (default: in memory)')
    .option('--wyoming <port>', "port for Home Assistant's protocol (default: none)", portNumber)
    .option(
      '--zeroconf [name]',
      'let Home Assistant find it by itself, under this name (default: of the machine); needs bonjour-service',
      announcedName,
    )
    .option(
      '--recognizer <folder>',
      'a speech recognition model of sherpa-onnx, or pocketsphinx, for recordings that come without words',
    )
    .addOption(
      new Option('--recognizer-kind <kind>', 'what kind of model that is').choices(RECOGNIZER_KINDS).default('whisper'),
    )
    .option('--reference-dir <folder>', 'folder whose sound files /tts may name in ref_audio_path')
    .option(
      '--api-key <key>',
      `a key that clients must send, repeatable; or ${KEYS_VARIABLE}, with commas`,
      (value: string, known: string[]) => [...known, apiKey(value)],
      [],
    )
    .option('--cors <origin>', 'an origin whose pages may use this service, repeatable, * for all', collect, [])
    .option('--allow-host <name>', 'a name that the service is known by, repeatable, * for any', collect, [])
    .option(
      '--log-level <level>',
      `${LOG_LEVELS.join(', ')} (default: info; on a terminal, warnings as text)`,
      logLevel,
    )
    .option('--log-text', 'let the log show what is said')
    .option('--max-body <MiB>', 'largest request', positive, limit.bodyBytes / MEBIBYTE)
    .option('--max-audio <seconds>', 'longest sound in a request', positive, limit.maxAudioSeconds)
    .option('--max-text <characters>', 'longest text to be spoken', positive, limit.maxTextCharacters)
    .option('--queue <number>', 'requests that may wait for the model', wholeNumber, limit.queue)
    .option('--reply-timeout <seconds>', 'longest time to make a reply', positive, limit.replySeconds)
    .option('--request-timeout <seconds>', 'longest time for a request to arrive', positive, limit.requestSeconds)
    .option('--write-timeout <seconds>', 'longest time that a client takes nothing', positive, limit.writeSeconds)
    .option(
      '--unsent-size <MiB>',
      'sound that clients have not taken yet, of all replies',
      positive,
      limit.unsentBytes / MEBIBYTE,
    )
    .option(
      '--worker-timeout <seconds>',
      'longest time that a worker gives no sign of life',
      workerSeconds,
      limit.workerSeconds,
    )
    .option('--conversations <number>', 'conversations that are kept', positive, limit.conversations)
    .option('--conversation-age <seconds>', 'how long an unused one is kept', positive, limit.conversationSeconds)
    .option('--conversation-turns <number>', 'turns of a conversation', positive, limit.conversationTurns)
    .option('--conversation-size <MiB>', 'sound of a conversation', positive, limit.conversationBytes / MEBIBYTE)
    .option('--store-size <MiB>', 'all conversations, in memory', positive, limit.storeBytes / MEBIBYTE)
    .option(
      '--shutdown-timeout <seconds>',
      'how long running replies may take when stopping',
      positive,
      limit.shutdownSeconds,
    )
    .option('--sockets <number>', 'WebSockets at a time', wholeNumber, limit.sockets)
    .action((options: ServeOptions) => serve(options));
}

async function serve(options: ServeOptions): Promise<void> {
  const { startService } = await import('../server/start');
  const {
    host,
    port,
    voice,
    workers,
    concurrency,
    threads,
    provider,
    store,
    referenceDir,
    logLevel: level,
    logText,
  } = options;
  if (options.zeroconf !== undefined) checkAnnounced(host, options.wyoming);
  const keys = [...options.apiKey, ...keysOfEnvironment()];
  let stop = (): void => process.exit(130);
  process.on('SIGINT', () => stop());
  process.on('SIGTERM', () => stop());
  const service = await startService({
    host,
    port,
    voiceFolders: voice.length > 0 ? voice : [defaultVoiceFolder()],
    workers,
    concurrency,
    threads,
    provider,
    store,
    referenceFolder: referenceDir,
    recognizer:
      options.recognizer === undefined ? undefined : { model: options.recognizer, kind: options.recognizerKind },
    wyomingPort: options.wyoming,
    wyomingName: options.zeroconf === true ? machineName() : options.zeroconf,
    keys,
    origins: options.cors,
    hosts: options.allowHost,
    limits: limitsOf(options),
    logLevel: level ?? 'info',
    logForPeople: level === undefined && process.stderr.isTTY,
    logText: logText === true,
  }).catch((error: unknown) => Promise.reject(said(error, options)));
  process.stdout.write(`gpt-talker listens on ${service.address}\n`);
  if (service.wyoming) process.stdout.write(`Wyoming on ${service.wyoming}\n`);
  await new Promise<void>((resolve, reject) => {
    stop = () => {
      // Who asks twice is not made to wait.
      stop = () => process.exit(130);
      service.stop().then(resolve, reject);
    };
  });
}

function limitsOf(options: ServeOptions): Limits {
  return {
    bodyBytes: options.maxBody * MEBIBYTE,
    maxAudioSeconds: options.maxAudio,
    maxTextCharacters: options.maxText,
    queue: options.queue,
    replySeconds: options.replyTimeout,
    requestSeconds: options.requestTimeout,
    writeSeconds: options.writeTimeout,
    workerSeconds: options.workerTimeout,
    unsentBytes: options.unsentSize * MEBIBYTE,
    conversations: options.conversations,
    conversationSeconds: options.conversationAge,
    conversationTurns: options.conversationTurns,
    conversationBytes: options.conversationSize * MEBIBYTE,
    storeBytes: options.storeSize * MEBIBYTE,
    shutdownSeconds: options.shutdownTimeout,
    sockets: options.sockets,
  };
}

/** Failures to start that another option would fix, as such. */
function said(error: unknown, { host, port, wyoming, store, referenceDir }: ServeOptions): unknown {
  const { code = '', syscall, path, port: failed } = error as NodeJS.ErrnoException & { port?: number };
  if (syscall === 'listen') {
    const reason = code === 'EADDRINUSE' ? 'something else listens there' : `it cannot be listened on (${code})`;
    const option = failed === wyoming && failed !== port ? `--wyoming ${wyoming}` : `--port ${port}`;
    return new UsageError(`${option} on ${host}: ${reason}; choose another`);
  }
  if (referenceDir !== undefined && path !== undefined)
    return new UsageError(`--reference-dir ${referenceDir}: there is no such folder; create it`);
  if (
    store !== undefined &&
    (syscall === 'connect' || syscall === 'getaddrinfo' || /redis|URL|connect/i.test(String(error)))
  )
    return new UsageError(
      `--store ${store.replace(/\/\/.*@/, '//…@')}: there is no Redis at this address (${code || 'no answer'}); start it`,
    );
  return error;
}

function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Give a whole number of at least 1.');
  return value;
}

function workerSeconds(text: string): number {
  const value = wholeNumber(text);
  if (value < LEAST_WORKER_SECONDS)
    throw new InvalidArgumentError(`Give a whole number of at least ${LEAST_WORKER_SECONDS}.`);
  return value;
}

/** A key that a header can carry. An empty one would be no key at all, and the service open to everybody. */
function apiKey(text: string): string {
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new InvalidArgumentError('Give at least one letter or sign of ASCII, and no spaces.');
  return text;
}

/** @throws UsageError where the variable is there and has no keys: a user who set it does not mean an open service */
function keysOfEnvironment(): string[] {
  const value = process.env[KEYS_VARIABLE];
  if (value === undefined) return [];
  try {
    return value.split(',').map((key) => apiKey(key.trim()));
  } catch {
    throw new UsageError(
      `${KEYS_VARIABLE}: has an empty key, or one with spaces or signs beyond ASCII; unset it for a service without keys`,
    );
  }
}

/** The longest label of a name in the DNS, in bytes. */
const LABEL_BYTES = 63;

function announcedName(name: string): string {
  if (name.trim() === '' || Buffer.byteLength(name) > LABEL_BYTES || /\p{Cc}/u.test(name))
    throw new InvalidArgumentError(`Give a name of at most ${LABEL_BYTES} bytes.`);
  return name;
}

const machineName = (): string => `gpt-talker on ${hostname().split('.')[0]}`.slice(0, LABEL_BYTES);

function portNumber(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('Give a port from 0 to 65535.');
  return value;
}

function logLevel(text: string): string {
  if (!LOG_LEVELS.includes(text)) throw new InvalidArgumentError(`Give one of ${LOG_LEVELS.join(', ')}.`);
  return text;
}
