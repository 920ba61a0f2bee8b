// The conversation on the server and its copy here. The copy has everything, sound included, so that a server that forgot
// can be told again, and a change of voice can begin a new conversation with the same turns.
import { signal } from '@preact/signals';
import * as api from '../api/conversations';
import type { ConversationInfo } from '../api/types';
import { clipFromWav, type Clip } from '../sound/clip';
import { silence } from '../sound/playing';
import { asTrouble, type Remedy } from '../trouble';
import { announce, closeNotice, report } from './notices';
import { voice, voiceName, voices } from './settings';
import { appendTurn, changeTurn, turns, type Turn } from './turns';

export const conversationId = signal<string | undefined>(undefined);
/** Which voice the server's conversation was begun with. */
let conversationVoice: string | undefined;
/** What is being done that the person waits for, such as 'Adding your turn'. */
export const busyWith = signal<string | undefined>(undefined);

/** Learns which voices there are, and goes on with the conversation that the address names. */
export async function begin(): Promise<void> {
  try {
    voices.value = await api.listVoices();
    const named = /^#\/(.+)$/.exec(location.hash)?.[1];
    if (named) await open(decodeURIComponent(named));
    closeNotice();
  } catch (error) {
    report(error, { label: 'Try again', run: begin });
  }
}

/** The server's conversation, made when it is first needed. */
export async function ensureConversation(): Promise<string> {
  if (conversationId.value !== undefined && conversationVoice === (voice.value?.name ?? conversationVoice))
    return conversationId.value;
  await tellAll(turns.value);
  return conversationId.value!;
}

/** Adds what was said, on the server and here. */
export async function addTurn(turn: Pick<Turn, 'role' | 'text' | 'clip'>): Promise<boolean> {
  return attempt('Adding the turn', async () => {
    await api.addTurn(await ensureConversation(), turn);
    appendTurn(turn);
    announce(`Turn ${turns.value.length} added.`);
  });
}

/** Begins a conversation that has these turns. */
export async function startWith(list: readonly Pick<Turn, 'role' | 'text' | 'clip'>[]): Promise<boolean> {
  return attempt('Reading the conversation', async () => {
    await tellAll(list);
    turns.value = [];
    for (const turn of list) appendTurn(turn);
    announce(`Conversation of ${list.length} turns is ready.`);
  });
}

/** Forgets the conversation, here and on the server. */
export async function clear(): Promise<void> {
  silence();
  const id = conversationId.value;
  turns.value = [];
  settleOn(undefined);
  announce('New conversation.');
  // It may be gone already; the server also forgets by itself.
  if (id !== undefined) await api.removeConversation(id).catch(() => undefined);
}

/**
 * Does something with the server. What fails is shown, with a button that fixes it where the page can.
 * @returns whether it went well
 */
export async function attempt(what: string, work: () => Promise<void>): Promise<boolean> {
  busyWith.value = what;
  try {
    await work();
    closeNotice();
    return true;
  } catch (error) {
    report(error, remedyFor(asTrouble(error).code));
    return false;
  } finally {
    busyWith.value = undefined;
  }
}

function remedyFor(code: string): Remedy | undefined {
  if (code === 'forgotten') return { label: 'Send my turns again', run: restore };
  return undefined;
}

async function restore(): Promise<void> {
  await attempt('Sending your turns again', async () => {
    await tellAll(turns.value);
    announce('The server knows the conversation again.');
  });
}

async function tellAll(list: readonly Pick<Turn, 'role' | 'text' | 'clip'>[]): Promise<void> {
  const { id, voice: name } = await api.createConversation(voice.value?.name);
  for (const turn of list) await api.addTurn(id, turn);
  settleOn(id, name);
}

async function open(id: string): Promise<void> {
  const info = await api.getConversation(id).catch((error: unknown) => {
    // An old address is no reason for alarm: there is nothing here to lose.
    if (asTrouble(error).code === 'forgotten') return undefined;
    throw error;
  });
  if (!info) return settleOn(undefined);
  // It may be a copy, where another tab has the conversation open.
  settleOn(info.id, info.voice);
  voiceName.value = info.voice;
  await takeOver(info);
}

/** Shows turns that the server has and the page has not: all after a reload, or one that was stopped when it was just whole. */
export async function takeOver({ id, turns: known }: ConversationInfo): Promise<void> {
  for (const [index, { role, text, speaker, seconds, tokens, reply }] of known.entries()) {
    if (index < turns.value.length) continue;
    const turn = appendTurn({ role, text, speaker, reply: reply && { ...reply, tokens: tokens ?? undefined } });
    if (seconds !== null) changeTurn(turn.key, { clip: await soundOf(id, index) });
  }
}

const soundOf = async (id: string, index: number): Promise<Clip> => clipFromWav(await api.turnSound(id, index));

function settleOn(id: string | undefined, voiceName?: string): void {
  conversationId.value = id;
  conversationVoice = voiceName;
  history.replaceState(
    undefined,
    '',
    id === undefined ? location.pathname + location.search : `#/${encodeURIComponent(id)}`,
  );
}
