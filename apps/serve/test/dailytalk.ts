// The DailyTalk sample as dialogue files: its folders hold {turn}_{speaker}_d{dialogue}.wav with a .txt beside each.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Writes a dialogue file for one of the sample's dialogues: speaker 0 is the user, 1 the agent; the sound stays where it is. */
export async function writeDailyTalkDialogue(folder: string, file: string): Promise<void> {
  const sounds = (await readdir(folder))
    .map((name) => /^(\d+)_(\d+)_d\d+\.wav$/.exec(name))
    .filter((match) => match !== null)
    .sort((one, other) => Number(one[1]) - Number(other[1]));
  const turns = await Promise.all(
    sounds.map(async ([name, , speaker]) => ({
      role: speaker === '0' ? 'user' : 'agent',
      text: (await readFile(path.join(folder, name.replace(/wav$/, 'txt')), 'utf8')).trim(),
      audio: path.join(folder, name),
    })),
  );
  await writeFile(file, JSON.stringify({ turns }));
}
