// What a killed service left of users' sounds is removed by the next one; what may be in use stays, and so does what is not ours.
import { mkdtemp, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { removeLeftovers } from '../src/sound/leftovers';

test('old folders of uploads and recognisers go', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'leftovers-'));
  try {
    const now = Date.now();
    const minutesOld: Record<string, number> = {
      'gpt-talker-upload-old': 6,
      'gpt-talker-upload-new': 1,
      'pocketsphinx-used': 60,
      'pocketsphinx-old': 25 * 60,
      'somebody-else': 1000,
    };
    for (const [name, minutes] of Object.entries(minutesOld)) {
      await mkdir(path.join(folder, name));
      await writeFile(path.join(folder, name, 'upload'), 'sound');
      const then = new Date(now - 60_000 * minutes);
      await utimes(path.join(folder, name), then, then);
    }
    await removeLeftovers(folder, now);
    expect((await readdir(folder)).sort()).toEqual(['gpt-talker-upload-new', 'pocketsphinx-used', 'somebody-else']);
    await removeLeftovers(path.join(folder, 'not there'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
