// gpt-talker talk: answers one dialogue with one text, into a wav file.
import { access, constants, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { providerOption, type Provider } from '../provider-option';
import { Narrator } from '../narrator';
import { defaultVoiceFolder } from '../own-package';
import { UsageError } from '../report-error';
import { wholeNumber } from '../whole-number';

interface TalkOptions {
  dialogue: string;
  text: string;
  voice?: string;
  reference: string[];
  provider?: Provider;
  language?: string;
  out: string;
  seed: number;
  history?: number;
  json?: boolean;
}

export function talkCommand(): Command {
  return new Command('talk')
    .description("Speaks a text as the agent's next turn of a dialogue.")
    .requiredOption(
      '-d, --dialogue <file>',
      'dialogue: {"turns": [{"role": "user" | "agent", "text": "…", "audio": "file beside it"?}]}',
    )
    .requiredOption('-t, --text <text>', 'what the agent says next')
    .option('-v, --voice <folder>', 'voice to speak with (default: the embedded one)')
    .option(
      '-r, --reference <file>',
      "recording whose voice and manner the reply takes on, instead of the agent's latest turn; repeatable, several are averaged",
      (file: string, known: string[]) => [...known, file],
      [] as string[],
    )
    .addOption(providerOption())
    .option(
      '-l, --language <code>',
      'language of the text: en, zh or yue where the voice speaks it (default: as it looks)',
    )
    .option('-o, --out <file>', 'wav file to write', 'reply.wav')
    .option('-s, --seed <number>', 'the same seed gives the same bytes', wholeNumber, 0)
    .option(
      '-n, --history <turns>',
      "how many turns before the reply are read (default: the voice's own window)",
      wholeNumber,
    )
    .option('--json', 'print one JSON object instead of progress')
    .action((options: TalkOptions) => talk(options));
}

async function talk(options: TalkOptions): Promise<void> {
  const {
    dialogue: dialogueFile,
    text,
    voice,
    reference: referenceFiles,
    provider,
    language,
    out,
    seed,
    history,
    json,
  } = options;
  await checkWritable(out);
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const { signal } = interruption;
  const begin = performance.now();
  const narrator = json ? undefined : new Narrator(process.stdout);
  const [{ readDialogueFile }, { Talker }, { decodeFile, durationSeconds, writeWavFile }] = await Promise.all([
    import('@gpt-talker/context'),
    import('@gpt-talker/talker'),
    import('@gpt-talker/audio'),
  ]);

  const warn = (warning: string) => void process.stderr.write(`gpt-talker: warning: ${warning}\n`);
  const dialogue = await readDialogueFile(dialogueFile, { warn });
  const references = await Promise.all(referenceFiles.map((file) => decodeFile(file, { signal, warn })));
  const reference = references.length > 0 ? references : undefined;
  const talker = await Talker.load(voice ?? defaultVoiceFolder(), { provider, onProgress: narrator?.report });
  const loadingSeconds = (performance.now() - begin) / 1000;
  try {
    const reply = await talker
      .reply(
        dialogue,
        { text, language },
        { seed, historyTurns: history, reference, signal, onProgress: narrator?.report },
      )
      .catch((error: unknown) => Promise.reject(located(error, dialogueFile)));
    await writeWavFile(out, reply.audio);
    const spokenSeconds = durationSeconds(reply.audio);
    const { realTimeFactor, totalSeconds } = reply.timings;
    for (const warning of reply.warnings) narrator?.conclude(`Note: ${warning}`);
    narrator?.conclude(
      (reply.stopReason === 'length'
        ? `The reply was cut after ${spokenSeconds.toFixed(2)} s; use a shorter text or history.\n`
        : '') +
        `${out}: ${spokenSeconds.toFixed(2)} s of speech in ${totalSeconds.toFixed(2)} s (real-time factor ${realTimeFactor.toFixed(2)})`,
    );
    if (json) {
      const summary = {
        file: path.resolve(out),
        durationSeconds: spokenSeconds,
        sampleRate: reply.audio.sampleRate,
        realTimeFactor,
        stopReason: reply.stopReason,
        tokens: reply.tokens.length,
        historyTurns: reply.historyTurns,
        seed,
        voice: talker.manifest.name,
        warnings: reply.warnings,
        timings: { loadingSeconds, ...reply.timings },
      };
      process.stdout.write(`${JSON.stringify(summary)}\n`);
    }
  } finally {
    await talker.dispose();
  }
}

/** Fails before anything is computed, rather than at the end. */
async function checkWritable(file: string): Promise<void> {
  const folder = path.dirname(path.resolve(file));
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const what =
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'its folder does not exist'
        : 'its folder cannot be written to';
    throw new UsageError(`${file}: ${what}; create it, or choose another --out`);
  }
  const target = await stat(file).catch(() => undefined);
  if (target?.isDirectory()) throw new UsageError(`${file}: is a folder; give --out the name of a wav file`);
}

/** Says where a text or a turn came from, which the packages below cannot know. */
function located(error: unknown, dialogueFile: string): unknown {
  const { name, code } = error as { name?: string; code?: string };
  if (!(error instanceof Error)) return error;
  if (name === 'TextError') error.message = `--text: ${error.message}`;
  if (name === 'DialogueError' && code === 'turn') error.message = `${dialogueFile}: ${error.message}`;
  if (name === 'ContextLengthError' || (name === 'DialogueError' && code === 'too-long'))
    error.message = `${dialogueFile}: ${error.message} (--history)`;
  return error;
}
