// A reply while it is being made and heard: asked for, drawn, played, stopped, and at last a turn like the others.
import { signal } from '@preact/signals';
import * as api from '../api/conversations';
import { join } from '../api/pcm';
import type { ReplyRequest, SaidWord } from '../api/types';
import { clipFromAudio, type Clip } from '../sound/clip';
import { beginPlaying, endPlaying } from '../sound/playing';
import { preparePlayback, StreamPlayer } from '../sound/stream-player';
import { isAbort } from '../trouble';
import { attempt, ensureConversation, takeOver } from './conversation';
import { announce } from './notices';
import { readScript } from './script';
import { historyTurns, ownSpeaker, reference, sampling, speed, takeSeed, voice } from './settings';
import { appendTurn, changeTurn, type ReplyFacts, type Turn } from './turns';

export interface LiveReply {
  text: string;
  speaker?: string;
  /** When its words are said, as soon as that is known. */
  words?: readonly SaidWord[];
  /** The turn that this is another take of; undefined for the conversation's next turn. */
  comparedWith?: number;
  /** What has arrived so far. */
  pieces: readonly Float32Array[];
  seconds: number;
  sampleRate: number;
  player?: StreamPlayer;
  /** All of it has arrived; what remains is to hear it. */
  complete: boolean;
}

export const live = signal<LiveReply | undefined>(undefined);

let interruption: AbortController | undefined;

/**
 * Speaks `text` as the agent's next turn, or, where its lines begin with the names of the voice's speakers, each of them as a turn of that speaker's.
 * @returns whether it became one, or all did
 */
export async function speak(text: string): Promise<boolean> {
  const lines = readScript(text, voice.value?.speakers ?? []);
  for (const line of lines ?? [{ text, speaker: ownSpeaker.value }]) if (!(await speakLine(line))) return false;
  return true;
}

async function speakLine({ text, speaker }: { text: string; speaker?: string }): Promise<boolean> {
  const chosen = {
    seed: takeSeed(),
    sampling: sampling.value,
    historyTurns: historyTurns.value,
    ...(speed.value !== 1 && { speed: speed.value }),
    ...(speaker !== undefined && { speaker }),
    ...(reference.value && speaker === undefined && { reference: reference.value }),
  };
  let kept = false;
  const fine = await attempt('Speaking', async () => {
    const heard = await hear({ text, ...chosen, keep: true }, undefined);
    if (!heard) return;
    const { reference: _, ...facts } = chosen;
    appendTurn({ role: 'agent', text, speaker, clip: heard.clip, reply: { ...facts, ...heard.facts } });
    kept = true;
    const { timings } = heard.facts;
    announce(
      `The agent spoke for ${heard.clip.seconds.toFixed(1)} seconds` +
        (timings ? `, the first sound after ${timings.firstAudioSeconds.toFixed(2)} seconds.` : '.'),
    );
  });
  return fine && kept;
}

/** Speaks a reply once more as if nothing had been said before it: same text, same seed. */
export async function speakBare(turn: Turn): Promise<void> {
  const { seed = 0, sampling: used = {} } = turn.reply ?? {};
  await attempt('Speaking without history', async () => {
    const heard = await hear({ text: turn.text, seed, sampling: used, historyTurns: 0, keep: false }, turn.key);
    if (!heard) return;
    changeTurn(turn.key, { bare: heard.clip });
    announce('The reply without history is ready to compare.');
  });
}

/** Stops the sound, and the server's work where it is still at it. */
export function stopSpeaking(): void {
  live.value?.player?.stop();
  interruption?.abort();
}

interface Heard {
  clip: Clip;
  facts: ReplyFacts;
}

/** Plays a reply as it comes; undefined when it was stopped before all of it was here. */
async function hear(request: ReplyRequest, comparedWith: number | undefined): Promise<Heard | undefined> {
  interruption = new AbortController();
  const { signal } = interruption;
  const sounding = { pause: stopSpeaking };
  beginPlaying(sounding);
  preparePlayback(voice.value?.sampleRate ?? 16_000);
  let state: LiveReply = {
    text: request.text,
    speaker: request.speaker,
    comparedWith,
    pieces: [],
    seconds: 0,
    sampleRate: 16_000,
    complete: false,
  };
  const show = (change: Partial<LiveReply>) => (live.value = state = { ...state, ...change });
  show({});
  try {
    const id = await ensureConversation();
    const begun = performance.now();
    const { sampleRate, chunks } = await api.reply(id, request, signal);
    const player = new StreamPlayer(sampleRate);
    show({ sampleRate, player });
    let heardAfterSeconds: number | undefined;
    for await (const chunk of chunks) {
      if (chunk.length > 0) heardAfterSeconds ??= (performance.now() - begun) / 1000;
      player.push(chunk);
      show({ pieces: [...state.pieces, chunk], seconds: state.seconds + chunk.length / sampleRate });
    }
    show({ complete: true });
    const clip = clipFromAudio({ samples: join(state.pieces), sampleRate });
    const facts = request.keep ? await factsOfLast(id) : {};
    show({ words: facts.words });
    await player.finished();
    return { clip, facts: { ...facts, heardAfterSeconds } };
  } catch (error) {
    state.player?.stop();
    if (!isAbort(error)) throw error;
    announce('Stopped.');
    await takeOver(await api.getConversation(await ensureConversation()));
    return undefined;
  } finally {
    live.value = undefined;
    endPlaying(sounding);
  }
}

/** What the server says of the turn that it has just spoken. */
async function factsOfLast(id: string): Promise<ReplyFacts> {
  const { turns: known } = await api.getConversation(id);
  const last = known.at(-1);
  return last?.reply ? { ...last.reply, tokens: last.tokens ?? undefined } : {};
}
