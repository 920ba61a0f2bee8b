// What Prometheus reads: requests, how long until the first sound and the last, who waits, how much memory there is.
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Engine } from '../engine/engine';
import type { ConversationStore } from '../conversations/store';
import type { Admission } from '../requests/admission';
import type { Speaking, SpeechMetrics } from '../requests/speaking';

const SECONDS = [0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 8, 13, 20, 30, 60, 120];

interface Watched {
  engine: Engine;
  admission: Admission;
  speaking: Speaking;
  store: ConversationStore;
}

export class Metrics implements SpeechMetrics {
  readonly registry = new Registry();
  readonly requests: Counter<'method' | 'route' | 'status'>;
  readonly requestSeconds: Histogram<'method' | 'route'>;
  readonly replies: Counter<'endpoint' | 'outcome'>;
  readonly firstSound: Histogram<'endpoint'>;
  readonly total: Histogram<'endpoint'>;
  readonly queueWait: Histogram;
  readonly historiesRead: Counter;
  readonly sockets: Gauge;
  readonly workersLost: Counter;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'gpt_talker_http_requests_total',
      help: 'Requests that were answered',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    this.requestSeconds = new Histogram({
      name: 'gpt_talker_http_request_seconds',
      help: 'From a request to the end of its answer',
      labelNames: ['method', 'route'],
      buckets: SECONDS,
      registers,
    });
    this.replies = new Counter({
      name: 'gpt_talker_replies_total',
      help: 'Replies that were spoken, were stopped because nobody listened or time was over, or failed',
      labelNames: ['endpoint', 'outcome'],
      registers,
    });
    this.firstSound = new Histogram({
      name: 'gpt_talker_first_sound_seconds',
      help: 'From a request for speech to its first sound',
      labelNames: ['endpoint'],
      buckets: SECONDS,
      registers,
    });
    this.total = new Histogram({
      name: 'gpt_talker_reply_seconds',
      help: 'From a request for speech to its last sound',
      labelNames: ['endpoint'],
      buckets: SECONDS,
      registers,
    });
    this.queueWait = new Histogram({
      name: 'gpt_talker_queue_wait_seconds',
      help: 'How long requests waited for the model; more replicas are needed where it grows',
      buckets: [0.001, ...SECONDS],
      registers,
    });
    this.historiesRead = new Counter({
      name: 'gpt_talker_histories_read_total',
      help: 'Conversations that a model read from the store, since it did not know them or not their latest turns',
      registers,
    });
    this.sockets = new Gauge({ name: 'gpt_talker_sockets', help: 'Open WebSockets', registers });
    this.workersLost = new Counter({
      name: 'gpt_talker_workers_lost_total',
      help: 'Worker processes that ended unexpectedly',
      registers,
    });
  }

  /** Adds what is measured when it is asked for. */
  watch({ engine, admission, speaking, store }: Watched): void {
    const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
      new Gauge({
        name: `gpt_talker_${name}`,
        help,
        registers: [this.registry],
        async collect() {
          // A store that does not answer must not hide the other figures.
          this.set(await Promise.resolve(value()).catch(() => NaN));
        },
      });
    gauge('queue_waiting', 'Requests that wait for the model', () => admission.waitingCount);
    gauge('queue_running', 'Requests that the model works for', () => admission.runningCount);
    gauge('unsent_bytes', 'Sound that is made and that clients have not taken', () => speaking.unsentBytes);
    gauge('capacity', 'Replies that can be made at once', () => engine.vitals().capacity);
    gauge('busy_share', 'Share of the places at the model that are taken; 1 where there is none', () => {
      const { capacity } = engine.vitals();
      return capacity === 0 ? 1 : Math.min(1, admission.runningCount / capacity);
    });
    new Counter({
      name: 'gpt_talker_busy_seconds_total',
      help: 'Seconds that places at the model were taken, all of them together',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(admission.busySeconds);
      },
    });
    gauge('workers_ready', 'Models that are ready', () => engine.vitals().ready);
    gauge('conversations', 'Conversations that are kept', () => store.count());
    new Gauge({
      name: 'gpt_talker_resident_bytes',
      help: 'Resident memory of each process',
      labelNames: ['process'],
      registers: [this.registry],
      collect() {
        this.reset();
        this.set({ process: 'service' }, process.memoryUsage.rss());
        for (const [name, bytes] of Object.entries(engine.vitals().residentBytes)) this.set({ process: name }, bytes);
      },
    });
  }
}
