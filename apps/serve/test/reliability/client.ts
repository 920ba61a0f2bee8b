// What the fault commands ask of a service, and how they sum up what came of it.
import { residentBytes, type ServingProgram } from '../serving-program';

/** The least that can be said: faults, not speech, are what is tried. */
export const SHORT_TEXT = 'Hi!';
export const LONG_TEXT = 'We drove to the lake, and then we had a picnic under the old trees. '.repeat(4);
const MEBIBYTE = 2 ** 20;

export function post(url: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
}

export const speech = (service: Pick<ServingProgram, 'url'>, input: string, seed: number, signal?: AbortSignal) =>
  post(`${service.url}/v1/audio/speech`, { model: 'tts-1', input, seed, response_format: 'pcm' }, signal);

/** What became of a request: `200`, `503 worker_lost`, or `broken off` where the answer had begun. */
export async function outcome(request: Promise<Response>): Promise<string> {
  let response: Response;
  try {
    response = await request;
  } catch (error) {
    return (error as Error).name === 'AbortError' ? 'aborted' : 'no answer';
  }
  try {
    const body = Buffer.from(await response.arrayBuffer());
    if (response.ok) return String(response.status);
    const { error } = JSON.parse(body.toString()) as { error: { code: string } };
    return `${response.status} ${error.code}`;
  } catch (error) {
    return (error as Error).name === 'AbortError' ? 'aborted' : 'broken off';
  }
}

export class Tally {
  private readonly counts = new Map<string, number>();

  add(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  of(pattern: RegExp): number {
    return [...this.counts].reduce((sum, [what, count]) => sum + (pattern.test(what) ? count : 0), 0);
  }

  /** Such as `180 × 200, 20 × 503 worker_lost`. */
  toString(): string {
    return [...this.counts].map(([what, count]) => `${count} × ${what}`).join(', ') || 'nothing';
  }
}

/** Resident memory of the service and of all its workers, in MiB. */
export function memoryOf(service: ServingProgram): { service: number; workers: number } {
  const workers = service.workers().reduce((sum, pid) => sum + residentBytes(pid), 0);
  return { service: residentBytes(service.pid) / MEBIBYTE, workers: workers / MEBIBYTE };
}

/** The slope of the least squares line through points (x, y). */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, height] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - middle) * (y - height), 0) / spread;
}

/** The value of a gauge in /metrics. */
export async function gauge({ url }: Pick<ServingProgram, 'url'>, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^gpt_talker_${name} (\\S+)$`, 'm').exec(text)?.[1]);
}

export async function isReady({ url }: Pick<ServingProgram, 'url'>): Promise<boolean> {
  const { status } = await fetch(`${url}/readyz`).catch(() => ({ status: 0 }));
  return status === 200;
}

export const readyWorkers = async ({ url }: Pick<ServingProgram, 'url'>): Promise<number> =>
  ((await (await fetch(`${url}/readyz`)).json()) as { workers: { ready: number } }).workers.ready;

/** Numbers from 0 to 1 that are the same every time. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
