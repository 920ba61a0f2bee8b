// The voice that speaks in this page: fetched once, kept by the browser, computed by WebAssembly in Web Workers.
import { Talker, type Progress } from '@gpt-talker/talker';
import { Trouble } from '../../trouble';

/** Beside the page; `vite.config.ts` puts it there. */
const VOICE = 'voice/';

let loading: Promise<Talker> | undefined;
let listener: (text: string) => void = () => undefined;

/** Says where replies are computed, or how far it is with that, now and whenever it changes. */
export function tellPlace(tell: (text: string) => void): void {
  listener = tell;
}

/** The talker, loaded once; after a failure, the next call tries again. @throws Trouble */
export function theTalker(): Promise<Talker> {
  return (loading ??= load().catch((error: unknown) => {
    loading = undefined;
    listener('The voice is not loaded.');
    throw inPlainWords(error);
  }));
}

async function load(): Promise<Talker> {
  const wantsGpu = new URLSearchParams(location.search).get('provider') === 'webgpu';
  const talker = await Talker.load(new URL(VOICE, document.baseURI).href, {
    warmUp: true,
    onProgress: (progress) => listener(progressText(progress)),
    ...(wantsGpu && { provider: 'webgpu' }),
  });
  const { runtime, executionProviders, threads } = await talker.computeInfo();
  const what = executionProviders.includes('webgpu') ? 'WebGPU' : runtime === 'wasm' ? 'WebAssembly' : runtime;
  const count = threads === 1 ? 'one thread' : `${threads} threads`;
  listener(`Computed in this page, by ${what} with ${count} for each model. Nothing that you say leaves it.`);
  return talker;
}

function progressText(progress: Progress): string {
  if (progress.stage === 'fetching')
    return `Fetching the voice: ${Math.floor((100 * progress.loadedBytes) / Math.max(1, progress.totalBytes))} %`;
  if (progress.stage === 'loading' && progress.done < progress.total) return 'Loading the voice …';
  return 'Warming the voice up …';
}

/** What libraries say in one line, as the page says it. */
export function inPlainWords(error: unknown): unknown {
  const { name, code, message = '' } = Object(error) as { name?: string; code?: unknown; message?: string };
  if (error instanceof Trouble || name === 'AbortError' || typeof code !== 'string') return error;
  const sentence = `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}.`;
  if (name === 'VoiceFileError') return new Trouble('The voice cannot be loaded', sentence);
  if (name === 'RuntimeError') return new Trouble('This browser cannot compute the voice', sentence);
  return new Trouble('The voice cannot do that', sentence, 'refused');
}
