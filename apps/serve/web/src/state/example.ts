// The conversation to begin with: examples/weekend.json of the repository, with its recordings.
import type { Role } from '../api/types';
import { clipFromWav } from '../sound/clip';
import { startWith } from './conversation';
import { report } from './notices';

const [weekend] = Object.values(
  import.meta.glob<{ turns: { role: Role; text: string; audio: string }[] }>('../../../../../examples/weekend.json', {
    import: 'default',
    eager: true,
  }),
);
const recordings = import.meta.glob<string>('../../../../../examples/weekend-*.wav', {
  query: '?url',
  import: 'default',
  eager: true,
});

export const exampleTurns = weekend.turns;
/** A reply that fits. */
export const EXAMPLE_REPLY = 'That sounds wonderful! I would love to come with you.';

export async function openExample(): Promise<boolean> {
  try {
    return await startWith(await Promise.all(exampleTurns.map(load)));
  } catch (error) {
    report(error);
    return false;
  }
}

async function load({ role, text, audio }: (typeof exampleTurns)[number]) {
  const [, address] = Object.entries(recordings).find(([path]) => path.endsWith(`/${audio}`))!;
  const response = await fetch(address);
  return { role, text, clip: clipFromWav(new Uint8Array(await response.arrayBuffer())) };
}
