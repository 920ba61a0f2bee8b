// What `../conversations` asks a server for, done in this page: the same functions, for the build that needs no server.
import { readWav, writeWav } from '@gpt-talker/audio/browser';
import type { Conversation, Reply, ReplyStream, Talker } from '@gpt-talker/talker';
import type { Clip } from '../../sound/clip';
import { Trouble } from '../../trouble';
import type { ConversationInfo, ReplyRequest, ReplySound, Role, TurnInfo, VoiceInfo } from '../types';
import { forget, keep, kept } from './kept';
import { inPlainWords, theTalker } from './talker';

export { tellPlace } from './talker';

interface Open {
  conversation: Conversation;
  turns: TurnInfo[];
  sounds: (Uint8Array<ArrayBuffer> | undefined)[];
}

const opened = new Map<string, Open>();

export async function listVoices(): Promise<VoiceInfo[]> {
  const { manifest, speakers } = await theTalker();
  const { name, description = '', license, consent, sampleRate, layout, sampling } = manifest;
  return [
    {
      name,
      description,
      license,
      consent,
      sampleRate,
      historyTurns: layout.historyTurns,
      sampling,
      speakers: [...speakers],
    },
  ];
}

export async function createConversation(_voice?: string): Promise<ConversationInfo> {
  const talker = await theTalker();
  const id = newId();
  opened.set(id, { conversation: talker.conversation(), turns: [], sounds: [] });
  await hold(id);
  return infoOf(id, talker);
}

export async function getConversation(id: string): Promise<ConversationInfo> {
  const talker = await theTalker();
  if (opened.has(id)) return infoOf(id, talker);
  const known = await kept(id);
  if (!known) throw forgotten();
  const conversation = await talker.restoreConversation(known.state).catch(() => undefined);
  if (!conversation) throw forgotten();
  // Where another tab has it open, this one goes on with a copy: neither overwrites the other's turns.
  const own = (await hold(id)) ? id : newId();
  opened.set(own, { conversation, turns: known.turns, sounds: known.sounds });
  if (own !== id) await hold(own);
  return infoOf(own, talker);
}

export async function removeConversation(id: string): Promise<void> {
  const { conversation } = opened.get(id) ?? {};
  opened.delete(id);
  await conversation?.dispose();
  await forget(id);
}

export async function addTurn(id: string, turn: { role: Role; text: string; clip?: Clip }): Promise<void> {
  const { conversation, turns, sounds } = find(id);
  const { role, text, clip } = turn;
  // As a server would get it: from the wav file.
  const audio = clip && readWav(clip.wav, { name: 'the turn' });
  const added = await conversation.add({ role, text, audio }).catch(rethrow);
  const tokens = clip && added.turn.tokens ? [...added.turn.tokens] : null;
  turns.push({ role, text, seconds: clip ? clip.seconds : null, tokens });
  sounds[turns.length - 1] = clip?.wav;
  await store(id);
}

export async function turnSound(id: string, index: number): Promise<Uint8Array> {
  const sound = find(id).sounds[index];
  if (!sound) throw new Trouble(`Turn ${index + 1} has no sound`, 'Only its words are kept.');
  return sound;
}

/** Asks for a reply; resolves at once, the sound comes while it is made. */
export async function reply(id: string, request: ReplyRequest, signal: AbortSignal): Promise<ReplySound> {
  const talker = await theTalker();
  const { conversation } = find(id);
  const { text, seed, sampling, historyTurns, speed, speaker, reference, keep: keeps } = request;
  // Not with the signal: what was heard of a reply that is stopped stays part of the conversation.
  const stream = conversation.reply(text, {
    ...{ seed, sampling, historyTurns, speed, speaker, keep: keeps },
    ...(reference && { reference: reference.audio }),
  });
  return { sampleRate: talker.manifest.sampleRate, chunks: samplesOf(id, stream, request, signal) };
}

async function* samplesOf(
  id: string,
  stream: ReplyStream,
  request: ReplyRequest,
  signal: AbortSignal,
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const stop = () => void stream.interrupt().catch(() => undefined);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    for await (const { samples } of stream) yield new Float32Array(samples);
    if (request.keep) await keepReply(id, await stream.finished, request);
    signal.throwIfAborted();
  } catch (error) {
    throw inPlainWords(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function keepReply(id: string, made: Reply, { seed, sampling, speaker }: ReplyRequest): Promise<void> {
  const { audio, text, tokens, historyTurns, stopReason, warnings, attempts, timings } = made;
  const words = made.words.map(({ text: word, start, end }) => ({ text: word, start, end }));
  if (tokens.length === 0 || text === '') return;
  const { turns, sounds } = find(id);
  turns.push({
    role: 'agent',
    ...(speaker !== undefined && { speaker }),
    text,
    seconds: audio.samples.length / audio.sampleRate,
    tokens: [...tokens],
    reply: { seed, sampling, historyTurns, stopReason, warnings, attempts, words, timings },
  });
  sounds[turns.length - 1] = new Uint8Array(writeWav(audio));
  await store(id);
}

function find(id: string): Open {
  const found = opened.get(id);
  if (found) return found;
  throw forgotten();
}

function infoOf(id: string, { manifest }: Talker): ConversationInfo {
  return { id, voice: manifest.name, turns: [...find(id).turns] };
}

async function store(id: string): Promise<void> {
  const { conversation, turns, sounds } = find(id);
  await keep({ id, state: conversation.toJSON(), turns, sounds });
}

/** Marks a conversation as this tab's until it is closed. @returns false where another tab has it */
async function hold(id: string): Promise<boolean> {
  // Only secure pages have locks.
  if (!navigator.locks) return true;
  return new Promise((resolve) => {
    void navigator.locks.request(`gpt-talker ${id}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise<void>(() => undefined) : undefined;
    });
  });
}

const newId = (): string => Math.random().toString(36).slice(2, 12);

function forgotten(): Trouble {
  return new Trouble(
    'This browser no longer knows the conversation',
    'It keeps the last twenty, and only where it may store something. Your turns are still here: send them again to go on.',
    'forgotten',
  );
}

function rethrow(error: unknown): never {
  throw inPlainWords(error);
}
