// The server's conversations, one function an endpoint.
import type { Clip } from '../sound/clip';
import { PcmDecoder } from './pcm';
import { isAbort, Trouble } from '../trouble';
import { request, requestJson } from './request';
import type { ConversationInfo, ReplyRequest, ReplySound, Role, VoiceInfo } from './types';

/** Says where replies are computed. The build without a server has another file in the place of this one: `in-page/conversations.ts`. */
export const tellPlace = (tell: (text: string) => void): void => tell(`Computed by the server, ${location.host}.`);

const at = (id: string, rest = ''): string => `v1/conversations/${encodeURIComponent(id)}${rest}`;

const json = (method: string, body: unknown, signal?: AbortSignal): RequestInit => ({
  method,
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
  signal,
});

export const listVoices = async (): Promise<VoiceInfo[]> =>
  (await requestJson<{ voices: VoiceInfo[] }>('v1/audio/voices')).voices;

export const createConversation = (voice?: string): Promise<ConversationInfo> =>
  requestJson('v1/conversations', json('POST', { voice }));

export const getConversation = (id: string): Promise<ConversationInfo> => requestJson(at(id));

export async function removeConversation(id: string): Promise<void> {
  await request(at(id), { method: 'DELETE' });
}

export async function addTurn(id: string, turn: { role: Role; text: string; clip?: Clip }): Promise<void> {
  const form = new FormData();
  form.append('role', turn.role);
  form.append('text', turn.text);
  if (turn.clip) form.append('audio', new Blob([turn.clip.wav], { type: 'audio/wav' }), 'turn.wav');
  await request(at(id, '/turns'), { method: 'POST', body: form });
}

/** The wav file of turn `index`, counted from 0. */
export async function turnSound(id: string, index: number): Promise<Uint8Array> {
  return new Uint8Array(await (await request(at(id, `/turns/${index}/audio`))).arrayBuffer());
}

/** Asks for a reply; resolves when its sound begins to come. */
export async function reply(
  id: string,
  { reference, ...body }: ReplyRequest,
  signal: AbortSignal,
): Promise<ReplySound> {
  const sent = { ...body, ...(reference && { reference: await base64Of(reference.wav) }), format: 'pcm' };
  const response = await request(at(id, '/reply'), json('POST', sent, signal));
  const rate = /rate=(\d+)/.exec(response.headers.get('Content-Type') ?? '')?.[1];
  return { sampleRate: Number(rate) || 16_000, chunks: samplesOf(response) };
}

async function base64Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new FileReader();
  await new Promise((resolve) => {
    reader.onload = resolve;
    reader.readAsDataURL(new Blob([bytes]));
  });
  return reader.result as string;
}

async function* samplesOf(response: Response): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const reader = response.body!.getReader();
  const decoder = new PcmDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error: unknown) => Promise.reject(brokenOff(error)));
      if (done) return;
      yield decoder.push(value);
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

function brokenOff(error: unknown): unknown {
  if (isAbort(error)) return error;
  return new Trouble(
    'The reply broke off',
    'The server stopped in the middle of it. Try again; its log says what happened.',
  );
}
