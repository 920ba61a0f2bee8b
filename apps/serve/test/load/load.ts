// npm run test:load: 16 clients, mixed endpoints, 1,000 replies of the embedded voice. Every reply must equal the one that is made alone, and
// memory must not grow. LOAD_REPLIES and LOAD_WORKERS change the figures; only loopback is used.
import { residentBytes, serve, type ServingProgram } from '../serving-program';
import { LoadClient, type Note } from './client';
import { makeExpectations, voice } from './expectations';

const CLIENTS = 16;
const REPLIES = Number(process.env.LOAD_REPLIES ?? 1000);
const WORKERS = process.env.LOAD_WORKERS ?? '2';
/** Replies after which memory is looked at first. */
const SETTLED = Math.min(100, Math.ceil(REPLIES / 4));
const MOST_GROWTH = 0.1;

async function main(): Promise<void> {
  console.log('making the replies alone …');
  const expected = await makeExpectations();
  const service = await serve('--workers', WORKERS, '--threads', '1', '--voice', voice, '--log-level', 'warn');
  try {
    await run(service, expected);
  } finally {
    const code = await service.stop();
    if (code !== 0) throw new Error(`the service ended with ${code}: ${service.log.slice(-3).join('\n')}`);
  }
}

async function run(service: ServingProgram, expected: Awaited<ReturnType<typeof makeExpectations>>): Promise<void> {
  const notes: Note[] = [];
  const failures: string[] = [];
  let settled: Record<string, number> | undefined;
  let jobs = 0;
  const begin = performance.now();
  const seconds = () => ((performance.now() - begin) / 1000).toFixed(0);
  const noted = (note: Note) => {
    notes.push(note);
    if (notes.length === SETTLED) settled = memory(service);
    if (notes.length % 100 === 0)
      console.log(`${notes.length} replies in ${seconds()} s; ${megabytes(memory(service))}`);
  };
  const clients = Array.from({ length: CLIENTS }, async () => {
    const client = new LoadClient(service.url, expected, noted);
    while (notes.length < REPLIES && failures.length < 10) {
      const number = jobs++;
      await client.job(number).catch((error: unknown) => failures.push(`job ${number}: ${String(error)}`));
    }
  });
  await Promise.all(clients);
  const end = memory(service);
  const growth = total(end) / total(settled ?? end) - 1;
  console.log(`\n${notes.length} replies, ${CLIENTS} clients, ${WORKERS} workers of one thread, ${seconds()} s`);
  console.log(`failures: ${failures.length}`);
  failures.forEach((failure) => console.log(`  ${failure}`));
  console.log(`memory after ${SETTLED} replies: ${megabytes(settled ?? end)}`);
  console.log(`memory at the end: ${megabytes(end)}, ${(100 * growth).toFixed(1)} % more`);
  console.log('kind            replies   first sound p50   p95     whole p50   p95');
  for (const kind of [...new Set(notes.map((note) => note.kind)), 'all']) {
    const some = notes.filter((note) => kind === 'all' || note.kind === kind);
    const at = (share: number, of: (note: Note) => number) =>
      `${quantile(some.map(of), share).toFixed(2)} s`.padStart(8);
    const first = (note: Note) => note.firstSoundSeconds;
    const whole = (note: Note) => note.totalSeconds;
    console.log(
      `${kind.padEnd(16)}${String(some.length).padStart(7)}   ${at(0.5, first)}      ${at(0.95, first)}    ${at(0.5, whole)} ${at(0.95, whole)}`,
    );
  }
  const stray = service.log.filter((line) => /"level":(50|60)/.test(line));
  if (stray.length > 0) console.log(`errors in the log:\n${stray.slice(0, 5).join('\n')}`);
  if (failures.length > 0 || growth > MOST_GROWTH || stray.length > 0) process.exitCode = 1;
  console.log(process.exitCode === 1 ? 'FAILED' : 'passed');
}

/** Resident memory of the service and its workers. */
function memory(service: ServingProgram): Record<string, number> {
  const workers = service.workers().map((pid, i) => [`worker ${i}`, residentBytes(pid)]);
  return { service: residentBytes(service.pid), ...Object.fromEntries(workers) };
}

const total = (bytes: Record<string, number>) => Object.values(bytes).reduce((sum, value) => sum + value, 0);

function megabytes(bytes: Record<string, number>): string {
  const parts = Object.entries(bytes).map(([name, value]) => `${name} ${(value / 2 ** 20).toFixed(0)}`);
  return `${(total(bytes) / 2 ** 20).toFixed(0)} MiB (${parts.join(', ')})`;
}

function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
