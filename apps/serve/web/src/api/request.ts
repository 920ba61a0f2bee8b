// One request to our own server; whatever fails becomes Trouble in plain words.
import { isAbort, Trouble } from '../trouble';

/** A bearer key for servers that ask for one; kept for this tab only. */
const KEY = 'gpt-talker-key';
/** For a browser that refuses storage: the key lives as long as the page. */
let typedKey = '';

export function storedKey(): string {
  try {
    return sessionStorage.getItem(KEY) ?? typedKey;
  } catch {
    return typedKey;
  }
}

export function storeKey(key: string): void {
  typedKey = key;
  try {
    sessionStorage.setItem(KEY, key);
  } catch {
    // It is kept above.
  }
}

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (storedKey()) headers.set('Authorization', `Bearer ${storedKey()}`);
  let response: Response;
  try {
    // Relative to the page, so that a reverse proxy may put both under a path of its own.
    response = await fetch(new URL(path, document.baseURI), { ...init, headers });
  } catch (error) {
    if (isAbort(error)) throw error;
    throw serverGone();
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

export const requestJson = async <T>(path: string, init?: RequestInit): Promise<T> =>
  (await request(path, init)).json() as Promise<T>;

export function serverGone(): Trouble {
  return new Trouble(
    'The server does not answer',
    'See whether `gpt-talker serve` is still running, and start it again if not. What you have here is kept.',
    'gone',
  );
}

/** Why the server said no: in its own words where they are about what was sent. */
async function refusal(response: Response): Promise<Trouble> {
  const reason = await reasonOf(response);
  switch (response.status) {
    case 401:
    case 403:
      return new Trouble(
        'This server asks for a key',
        'Enter it under Settings; whoever runs the server has it.',
        'key',
      );
    case 404:
      return new Trouble(
        'The server no longer knows this conversation',
        'It was restarted, or the conversation grew old. Your turns are still here: send them again to go on.',
        'forgotten',
      );
    case 413:
      return new Trouble('That is too long for this server', reason || 'Send a shorter sound or text.', 'refused');
    case 429:
    case 503: {
      const seconds = Number(response.headers.get('Retry-After')) || 2;
      return new Trouble('The server is busy', `Others are being answered. Try again in ${seconds} s.`, 'busy');
    }
  }
  if (response.status < 500)
    return new Trouble('The server did not accept that', reason || 'Change it and try again.', 'refused');
  return new Trouble('The server failed', reason || 'Try again; if it stays so, look at its log.', 'other');
}

/** OpenAI's shape `{error: {message}}`; anything else gives nothing. */
async function reasonOf(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { error?: { message?: string } };
    return sentence(error?.message ?? '');
  } catch {
    return '';
  }
}

function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return trimmed[0].toUpperCase() + trimmed.slice(1) + (/[.!?]$/.test(trimmed) ? '' : '.');
}
