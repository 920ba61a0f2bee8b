// A runner whose tasks are done elsewhere: they go into a queue, and answers come back as its events. Redis only carries them. What is
// asked for is known here, and what was done lies in the output folder; so when Redis forgets a task, it is put there again.
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { stat } from 'node:fs/promises';
import { type Queue, type QueueEvents } from 'bullmq';
import { DatasetError } from '../errors';
import { stepFile } from '../store/layout';
import { type StepResult } from '../pipeline/chunk';
import { type CrewMember, type Runner } from '../pipeline/runner';
import { type Task } from '../pipeline/task';
import { type SpeechTools, type TextFeatureExtractor } from '../pipeline/tools';
import { appears } from './appears';
import { BLOCK_SECONDS, RedisPlace, type RedisClient } from './connection';
import { answerSchema, failureFrom, jobId, type Answer } from './job';
import { loadQueueLibraries } from './libraries';
import { PREFIX, QUEUE_VERSION, queueName } from './names';
import { Presence, crewText, type Party } from './presence';

export interface QueueOptions {
  /** redis://HOST:PORT, with a password and a database where need be. */
  url: string;
  /** 0 comes first (default), 2,097,151 last: of several runs that share workers. */
  priority?: number;
  /** Told in one line what is worth knowing: that nobody works, that a worker was lost. */
  onNote?: (note: string) => void;
}

interface RunParts {
  tools: SpeechTools;
  features?: TextFeatureExtractor;
  signal?: AbortSignal;
}

/** Enough for every worker of a large crew to have something, while one task waits for its worker to be given up. */
const OUTSTANDING_TASKS = 256;
/** A task that fails is tried again: the disk may have been full, the folder slow to show what another machine has written. */
const ATTEMPTS = 5;
const RETRY_MILLISECONDS = 1000;
const LOOK_MILLISECONDS = 3000;
/** A task that nobody knows at this many looks in a row has been forgotten; its answer is then not on its way either. */
const LOOKS_UNTIL_FORGOTTEN = 2;
const NOBODY_MILLISECONDS = 5000;
const LONGEST_PRIORITY = 2_097_151;

interface Outstanding {
  task: Task;
  answer: Promise<Answer>;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  unknown: number;
}

export class QueueRunner implements Runner {
  readonly concurrency = OUTSTANDING_TASKS;
  private readonly outstanding = new Map<string, Outstanding>();
  /** What was asked for and not answered. */
  private readonly open = new Set<string>();
  private readonly done = new Map<string, Omit<CrewMember, 'host' | 'pid'>>();
  private workers: Party[] = [];
  private readonly timer: NodeJS.Timeout;
  private readonly noted = new Set<string>();
  private readonly began = performance.now();
  private looking: Promise<void> = Promise.resolve();
  private presence: Presence | undefined;

  private constructor(
    private readonly place: RedisPlace,
    private readonly client: RedisClient,
    private readonly queue: Queue,
    private readonly events: QueueEvents,
    private readonly options: QueueOptions,
    private readonly parts: RunParts,
  ) {
    this.timer = setInterval(() => {
      this.looking = this.looking.then(() => this.look());
    }, LOOK_MILLISECONDS);
    events.on('completed', ({ jobId: id, returnvalue }) => this.settle(id, returnvalue));
    events.on('failed', ({ jobId: id, failedReason }) => this.failed(id, failedReason));
    events.on('stalled', ({ jobId: id }) => {
      if (this.outstanding.has(id)) this.note(`a worker was lost, or is very slow: ${id} is done again`, id);
    });
    // Connections that break are made again, and what was missed is found by `look`.
    queue.on('error', () => undefined);
    events.on('error', () => undefined);
    parts.signal?.addEventListener('abort', this.abort, { once: true });
  }

  /** @throws DatasetError `queue` where there is no Redis, `option` where the libraries or a description of the tools are missing */
  static async open(options: QueueOptions, parts: RunParts): Promise<QueueRunner> {
    const { priority = 0 } = options;
    if (!Number.isInteger(priority) || priority < 0 || priority > LONGEST_PRIORITY) {
      throw new DatasetError('option', `priority is ${priority}; give a whole number from 0 to ${LONGEST_PRIORITY}`);
    }
    const { bullmq, redis } = await loadQueueLibraries();
    const place = new RedisPlace(options.url, redis);
    try {
      const client = await place.client();
      const name = queueName(QUEUE_VERSION);
      const queue = new bullmq.Queue(name, { connection: client, prefix: PREFIX });
      const events = new bullmq.QueueEvents(name, {
        connection: await place.client(),
        prefix: PREFIX,
        blockingTimeout: 1000 * BLOCK_SECONDS,
      });
      const runner = new QueueRunner(place, client, queue, events, options, parts);
      await events.waitUntilReady();
      const me: Party = {
        kind: 'run',
        id: randomUUID(),
        version: QUEUE_VERSION,
        host: os.hostname(),
        pid: process.pid,
        threads: 0,
      };
      runner.presence = new Presence(client, me, (parties) => runner.meet(parties));
      runner.meet(await runner.presence.begin());
      return runner;
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  async run(task: Task): Promise<StepResult> {
    const { signal } = this.parts;
    signal?.throwIfAborted();
    const sent = withPaths(task, this.parts);
    const id = jobId(sent);
    const { answer } = this.outstanding.get(id) ?? this.begin(id, sent);
    const { worker, threads, missing = [], ...result } = await answer;
    await this.isThere(stepFile(sent.settings.output, task.step, result.key), worker);
    await refuseBlind(missing, worker);
    const done = this.done.get(worker) ?? { threads, tasks: 0, turns: 0, seconds: 0 };
    done.tasks++;
    done.turns += result.turns;
    done.seconds += result.seconds;
    this.done.set(worker, done);
    return result;
  }

  /** The workers that are there now, or have done something. */
  crew(): CrewMember[] {
    const names = new Set([...this.workers.map(nameOf), ...this.done.keys()]);
    return [...names].sort().map((name) => {
      const [host, pid] = [name.slice(0, name.lastIndexOf(':')), Number(name.slice(name.lastIndexOf(':') + 1))];
      // Who came after the last look at who is there may have answered already.
      const threads = this.workers.find((worker) => nameOf(worker) === name)?.threads ?? 0;
      return { host, pid, ...(this.done.get(name) ?? { threads, tasks: 0, turns: 0, seconds: 0 }) };
    });
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.parts.signal?.removeEventListener('abort', this.abort);
    await this.looking;
    // Nobody waits for these any more. What a worker does already, it finishes.
    if (this.client.isReady) await Promise.allSettled([...this.open].map((id) => this.queue.remove(id)));
    await this.presence?.end();
    await Promise.allSettled([this.events.close(), this.queue.close()]);
    await this.place.close();
  }

  private readonly abort = (): void => this.giveUp(this.parts.signal?.reason as Error);

  private failed(id: string, reason: string): void {
    this.open.delete(id);
    // The run ends with it: there is no use in waiting for the others.
    if (this.outstanding.has(id)) this.giveUp(failureFrom(reason, id));
  }

  private giveUp(error: Error): void {
    for (const { reject } of this.outstanding.values()) reject(error);
  }

  private begin(id: string, task: Task): Outstanding {
    let resolve!: Outstanding['resolve'];
    let reject!: Outstanding['reject'];
    const answer = new Promise<Answer>((...both) => ([resolve, reject] = both)).finally(() =>
      this.outstanding.delete(id),
    );
    const entry: Outstanding = { task, answer, resolve, reject, unknown: 0 };
    this.outstanding.set(id, entry);
    this.open.add(id);
    // One that is there already is not added again: another run has asked for the same.
    this.add(id, task).catch(reject);
    return entry;
  }

  private async add(id: string, task: Task): Promise<void> {
    await this.queue.add(task.step, task, {
      jobId: id,
      priority: this.options.priority ?? 0,
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: RETRY_MILLISECONDS },
      // The event holds the answer, the folder the result: what would stay in Redis is of no use to anybody.
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  private settle(id: string, value: unknown): void {
    const entry = this.outstanding.get(id);
    this.open.delete(id);
    if (!entry) return;
    const parsed = answerSchema.safeParse(value);
    if (parsed.success) entry.resolve(parsed.data);
    else
      entry.reject(
        new DatasetError('queue', `the answer to ${id} is not understood; is ${this.place.name} used by others?`),
      );
  }

  /** Puts back what Redis has forgotten: it was restarted without its last second, or without anything, or an event was missed. */
  private async look(): Promise<void> {
    try {
      for (const [id, entry] of [...this.outstanding]) {
        if ((await this.queue.getJobState(id)) !== 'unknown') {
          entry.unknown = 0;
        } else if (++entry.unknown >= LOOKS_UNTIL_FORGOTTEN && this.outstanding.has(id)) {
          entry.unknown = 0;
          await this.add(id, entry.task);
        }
      }
    } catch {
      this.note(`${this.place.name} does not answer; waiting for it`, 'away');
    }
  }

  private meet(parties: readonly Party[]): void {
    const workers = parties.filter(({ kind }) => kind === 'worker');
    this.workers = workers.filter(({ version }) => version === QUEUE_VERSION);
    if (this.workers.length > 0 || performance.now() - this.began < NOBODY_MILLISECONDS) return;
    const [other] = workers;
    const why = other
      ? `${crewText(workers)} wait${workers.length === 1 ? 's' : ''} there with version ${other.version}, and this is ${QUEUE_VERSION}: install the same`
      : `start 'gpt-talker-train worker --queue ${this.place.name}' on any machine that sees the folders`;
    this.note(`nobody takes from ${this.place.name}; ${why}`, 'nobody');
  }

  /** Once about each matter. */
  private note(text: string, matter: string): void {
    if (this.noted.has(matter)) return;
    this.noted.add(matter);
    this.options.onNote?.(text);
  }

  /** A worker that sees another folder under the same name writes where nobody reads. */
  private async isThere(file: string, worker: string): Promise<void> {
    if (await appears(file, this.parts.signal)) return;
    throw new DatasetError(
      'queue',
      `${file}: written by ${worker}, but not there; let all machines see the same folder`,
    );
  }
}

const nameOf = ({ host, pid }: Party) => `${host}:${pid}`;

/** Recordings that a worker does not see and this machine does would be left out, silently. */
async function refuseBlind(missing: readonly string[], worker: string): Promise<void> {
  for (const file of missing) {
    if (!(await stat(file).catch(() => undefined))) continue;
    throw new DatasetError(
      'queue',
      `${file}: ${worker} does not see it; let all machines see the recordings at the same place`,
    );
  }
}

/** The task as another process understands it: paths in full, and what its tools must be. */
function withPaths(task: Task, { tools, features }: RunParts): Task {
  const { speech, textFeatures } = task.settings;
  for (const given of [speech, textFeatures]) {
    if (given && !('kind' in given)) {
      throw new DatasetError('option', 'with a queue, tools are given as descriptions: workers make them on their own');
    }
  }
  const settings = {
    ...task.settings,
    speech: inFull(speech),
    ...(textFeatures && { textFeatures: inFull(textFeatures) }),
    expected: { speech: tools.fingerprint, ...(features && { textFeatures: features.fingerprint }) },
  };
  return JSON.parse(JSON.stringify({ ...task, settings })) as Task;
}

const PATHS = ['codebook', 'graph', 'statistics', 'quantizer', 'tokenizer', 'file'];

function inFull<T>(spec: T): T {
  if (typeof spec !== 'object' || spec === null) return spec;
  const members = Object.entries(spec).map(([name, value]) => [
    name,
    name === 'options'
      ? value
      : PATHS.includes(name) && typeof value === 'string'
        ? path.resolve(value)
        : inFull(value as unknown),
  ]);
  return Object.fromEntries(members) as T;
}
