// The embedded voice with each number of its voice.json at each of twenty extremes: refused with a VoiceFileError, or a voice that answers in time.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseManifest } from '@gpt-talker/voice';
import { Talker } from '@gpt-talker/talker';
// What strangers might write is the tests' of the package, which publishes no tests.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { EXTREMES, numericFields, withField } from '../../../../packages/voice/test/voice-extremes';
import { DEFAULT_LIMITS } from '../../src/requests/limits';
import { SHORT_TEXT, Tally } from './client';
import type { Settings } from './settings';

const VOICE = path.resolve(__dirname, '../../../../packages/voice-tiny/voice');

export async function voices({ count }: Settings): Promise<boolean> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'voices-'));
  const tally = new Tally();
  const bad: string[] = [];
  let slowest = 0;
  try {
    await cp(VOICE, folder, { recursive: true });
    const whole = JSON.parse(await readFile(path.join(VOICE, 'voice.json'), 'utf8')) as object;
    const fields = numericFields(whole).filter(([first]) => first !== 'files');
    const changes = fields.flatMap((field) => EXTREMES.map((extreme) => ({ field, extreme }))).slice(0, count);
    for (const { field, extreme } of changes) {
      const text = JSON.stringify(withField(whole, field, extreme));
      const name = `${field.join('.')} = ${JSON.stringify(extreme)}`;
      try {
        parseManifest(text);
      } catch (error) {
        tally.add((error as Error).name);
        if ((error as Error).name !== 'VoiceFileError') bad.push(`${name}: ${String(error)}`);
        continue;
      }
      await writeFile(path.join(folder, 'voice.json'), text);
      const begin = performance.now();
      const what = await spoken(folder);
      const seconds = (performance.now() - begin) / 1000;
      slowest = Math.max(slowest, seconds);
      tally.add(what);
      if (!/^(VoiceFileError|spoken|TalkerError|GptError)/.test(what)) bad.push(`${name}: ${what}`);
      console.log(`  ${name}: ${what} (${seconds.toFixed(1)} s)`);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  console.log(`voice.json: ${tally}; slowest ${slowest.toFixed(1)} s`);
  bad.forEach((line) => console.log(`  ${line}`));
  return bad.length === 0 && slowest < DEFAULT_LIMITS.replySeconds;
}

/** What a voice does with a text, in a word. */
async function spoken(folder: string): Promise<string> {
  let talker: Talker;
  try {
    talker = await Talker.load(folder, { intraOpThreads: 1 });
  } catch (error) {
    return (error as Error).name;
  }
  try {
    const signal = AbortSignal.timeout(1000 * DEFAULT_LIMITS.replySeconds);
    const { audio } = await talker.reply({ turns: [{ role: 'user', text: 'Hello there.' }] }, SHORT_TEXT, {
      seed: 1,
      signal,
    });
    return audio.samples.every(Number.isFinite) ? 'spoken' : 'not finite';
  } catch (error) {
    const { name, code } = error as { name: string; code?: string };
    return `${name} ${code ?? ''}`.trim();
  } finally {
    await talker.dispose();
  }
}
