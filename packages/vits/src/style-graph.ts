// The graph that computes a style from speech. With a speaker, as in GPT-SoVITS v2Pro, it is nearly all one projection of 20,480 numbers to
// 1,024: 84 MB in memory, as much again while it is loaded, for what is asked once for each recording. Such a graph rests between uses.
import { Resting, type Session, type SessionHost } from '@gpt-talker/runtime';
import { type Voice } from '@gpt-talker/voice';
import { loadGraph } from './voice';

/** A smaller file costs so little that it stays. */
const STAYS_BYTES = 8 * 1024 * 1024;
/** Seconds that a larger one stays after its last use: several references of a reply follow each other sooner. */
const IDLE_SECONDS = 20;

export interface StyleGraph {
  use<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  dispose(): Promise<void>;
}

/** @throws what `loadGraph` throws: now for a small graph, at its use for a large one */
export async function loadStyleGraph(
  host: Pick<SessionHost, 'load'>,
  voice: Pick<Voice, 'path' | 'manifest'>,
): Promise<StyleGraph> {
  const load = () => loadGraph(host, voice, 'style');
  if (voice.manifest.files.style.bytes > STAYS_BYTES) return new Resting(load, IDLE_SECONDS);
  const session = await load();
  return { use: (work) => work(session), dispose: () => session.dispose() };
}
