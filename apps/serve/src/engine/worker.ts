// A process that has a model, started by the service. It ends when the service says so, or is gone.
import type { FromWorker, ToWorker, WorkerOptions } from './protocol';
import { toWireError } from './protocol';
import { TalkerEngine } from './talker-engine';
import { WorkerService } from './worker-service';

/** How often it says that it lives: also while it loads. */
const VITALS_MILLISECONDS = 1000;

function send(message: FromWorker): void {
  // A service that is gone is noticed by 'disconnect'.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

async function main(): Promise<void> {
  // Ctrl-C reaches the whole group; when to end is for the service to say.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit(0));
  const early: ToWorker[] = [];
  let receive = (message: ToWorker): void => void early.push(message);
  process.on('message', (message) => receive(message as ToWorker));

  const report = () => send({ kind: 'vitals', residentBytes: process.memoryUsage.rss() });
  report();
  setInterval(report, VITALS_MILLISECONDS).unref();
  const engine = await TalkerEngine.load(JSON.parse(process.argv[2]) as WorkerOptions);
  await warmUp(engine);
  const service = new WorkerService(engine, send);
  receive = (message) => {
    if (message.kind !== 'stop') return service.receive(message);
    void engine.dispose().finally(() => process.exit(0));
  };
  send({ kind: 'ready', voices: [...engine.voices] });
  early.forEach((message) => receive(message));
}

/** The first reply is the slowest; better it is nobody's. A voice that cannot say this is warm enough. */
async function warmUp(engine: TalkerEngine): Promise<void> {
  for (const { name } of engine.voices) {
    try {
      for await (const _ of engine.speak({ voice: name, text: 'Hello there.', seed: 0 })) continue;
    } catch {
      continue;
    }
  }
}

main().catch((error: unknown) => {
  send({ kind: 'failed', error: toWireError(error) });
  process.exitCode = 1;
  // Lets the message leave.
  setTimeout(() => process.exit(1), 200);
});
