// gpt-talker talk: speaks a text, as an answer to a dialogue or alone, or a script of several speakers, into a file.
import { access, constants, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ScriptLine, TimedWord } from '@gpt-talker/talker';
import { Command, InvalidArgumentError } from 'commander';
import { providerOption, type Provider } from '../provider-option';
import { Narrator } from '../narrator';
import { defaultVoiceFolder } from '../own-package';
import { UsageError } from '../report-error';
import { SPEED_RANGE } from '../requests/speed-range';
import { soundWriter } from '../sound/write-sound';
import { wholeNumber } from '../whole-number';

interface TalkOptions {
  dialogue?: string;
  text?: string;
  script?: string;
  subtitles?: string;
  speaker?: string;
  speed?: number;
  instructions?: string;
  voice?: string;
  reference: string[];
  provider?: Provider;
  language?: string;
  out: string;
  seed: number;
  history?: number;
  json?: boolean;
  c2paCertificate?: string;
  c2paKey?: string;
}

export function talkCommand(): Command {
  return new Command('talk')
    .description("Speaks a text, as the agent's next turn of a dialogue or alone, or a script of several speakers.")
    .argument('[text]', 'what the agent says next')
    .option(
      '-d, --dialogue <file>',
      'dialogue: {"turns": [{"role": "user" | "agent", "text": "…", "audio": "file beside it"?}]} (default: none)',
    )
    .option('-t, --text <text>', 'the same, as an option')
    .option('--script <file>', 'instead of a text, lines of several speakers: [{"speaker": "…", "text": "…"}, …]')
    .option('--subtitles <file>', 'write subtitles too: .srt or .vtt')
    .option('--speaker <name>', "which of the voice's speakers speaks (default: as the dialogue has it)")
    .option('--speed <factor>', 'from 0.25 to 4 (default: 1)', factor)
    .option('--instructions <words>', 'how to speak, such as "cheerful, a little slower"')
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
    .option('-o, --out <file>', 'file to write: .wav, .mp3, .opus, .ogg, and .flac where ffmpeg is', 'reply.wav')
    .option('-s, --seed <number>', 'the same seed gives the same bytes', wholeNumber, 0)
    .option(
      '-n, --history <turns>',
      "how many turns before the reply are read (default: the voice's own window)",
      wholeNumber,
    )
    .option('--c2pa-certificate <file>', "sign .wav, .mp3 and .flac by C2PA: the signer's certificates in PEM")
    .option('--c2pa-key <file>', 'and its private key; needs @contentauth/c2pa-node and Node 22')
    .option('--json', 'print one JSON object instead of progress')
    .action((text: string | undefined, options: TalkOptions) => talk(text, options));
}

async function talk(argument: string | undefined, options: TalkOptions): Promise<void> {
  const {
    dialogue: dialogueFile,
    text = argument,
    script,
    subtitles,
    voice,
    reference: referenceFiles,
    provider,
    language,
    out,
    seed,
    history,
    json,
  } = options;
  if (argument !== undefined && options.text !== undefined)
    throw new UsageError('two texts are given, one of them by --text; give one');
  if ((text === undefined) === (script === undefined))
    throw new UsageError('give a text, what is to be said, or --script, a file of lines; see gpt-talker talk --help');
  if (script !== undefined) checkScriptOptions(options);
  await checkWritable(out);
  const writeSound = await soundWriter(out, await credentialsOf(options));
  if (subtitles !== undefined) {
    if (!/\.(srt|vtt)$/i.test(subtitles))
      throw new UsageError(`--subtitles ${subtitles}: name a file that ends in .srt or .vtt`);
    await checkWritable(subtitles);
  }
  const lines = script === undefined ? undefined : await readLines(script);
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const { signal } = interruption;
  const begin = performance.now();
  const narrator = json ? undefined : new Narrator(process.stdout);
  const [{ readDialogueFile }, { Talker }, { decodeFile, durationSeconds }] = await Promise.all([
    import('@gpt-talker/context'),
    import('@gpt-talker/talker'),
    import('@gpt-talker/audio'),
  ]);

  const warn = (warning: string) => void process.stderr.write(`gpt-talker: warning: ${warning}\n`);
  const dialogue = dialogueFile === undefined ? { turns: [] } : await readDialogueFile(dialogueFile, { warn });
  const references = await Promise.all(referenceFiles.map((file) => decodeFile(file, { signal, warn })));
  const reference = references.length > 0 ? references : undefined;
  const talker = await Talker.load(voice ?? defaultVoiceFolder(), { provider, onProgress: narrator?.report });
  const loadingSeconds = (performance.now() - begin) / 1000;
  try {
    const { speaker, speed, instructions } = options;
    // Nobody hears the file before it is written: every piece is checked first.
    const manner = { seed, historyTurns: history, speed, instructions, signal, retake: 'always' as const };
    if (lines) {
      const reading = await talker.script(lines, manner);
      await writeSound(reading.audio);
      await writeSubtitles(
        subtitles,
        reading.turns.flatMap(({ words }) => words),
      );
      for (const { warnings } of reading.turns) for (const warning of warnings) narrator?.conclude(`Note: ${warning}`);
      const seconds = durationSeconds(reading.audio);
      narrator?.conclude(`${out}: ${seconds.toFixed(2)} s of speech, ${reading.turns.length} lines`);
      if (json) {
        const summary = { file: path.resolve(out), durationSeconds: seconds, sampleRate: reading.audio.sampleRate };
        process.stdout.write(
          `${JSON.stringify({ ...summary, seed, voice: talker.manifest.name, turns: reading.turns })}\n`,
        );
      }
      return;
    }
    const reply = await talker
      .reply(dialogue, { text: text!, language }, { ...manner, speaker, reference, onProgress: narrator?.report })
      .catch((error: unknown) => Promise.reject(located(error, dialogueFile ?? '--text')));
    await writeSound(reply.audio);
    await writeSubtitles(subtitles, reply.words, text);
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
        attempts: reply.attempts,
        words: reply.words.map(({ text: word, start, end, confidence }) => ({ text: word, start, end, confidence })),
        timings: { loadingSeconds, ...reply.timings },
      };
      process.stdout.write(`${JSON.stringify(summary)}\n`);
    }
  } finally {
    await talker.dispose();
  }
}

async function credentialsOf({ c2paCertificate: certificate, c2paKey: key }: TalkOptions) {
  if (certificate === undefined && key === undefined) return undefined;
  if (certificate === undefined || key === undefined)
    throw new UsageError('--c2pa-certificate and --c2pa-key belong together; give both');
  const { openCredentials } = await import('../sound/content-credentials');
  return openCredentials({ certificate, key });
}

/** Options that say what a script's lines say themselves. */
function checkScriptOptions({ speaker, reference, dialogue, language }: TalkOptions): void {
  const beside = { '--speaker': speaker, '--reference': reference[0], '--dialogue': dialogue, '--language': language };
  const [option] = Object.entries(beside).find(([, value]) => value !== undefined) ?? [];
  if (option !== undefined)
    throw new UsageError(
      `${option} has no meaning beside --script, whose lines are the dialogue and say who speaks ("speaker", "language"); leave it out`,
    );
}

async function writeSubtitles(file: string | undefined, words: readonly TimedWord[], text?: string): Promise<void> {
  if (file === undefined) return;
  const { subRip, webVtt } = await import('@gpt-talker/talker');
  const write = /\.vtt$/i.test(file) ? webVtt : subRip;
  await writeFile(file, write(words, { text }));
}

/** The lines of a script; what is wrong with them the talker says. */
async function readLines(file: string): Promise<ScriptLine[]> {
  let content: string;
  try {
    content = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`);
  }
  try {
    return JSON.parse(content.replace(/^\uFEFF/, '')) as ScriptLine[];
  } catch {
    throw new UsageError(`${file}: is not JSON; write [{"speaker": "…", "text": "…"}, …]`);
  }
}

function factor(value: string): number {
  const number = Number(value);
  const { slowest, fastest } = SPEED_RANGE;
  if (!(number >= slowest && number <= fastest))
    throw new InvalidArgumentError(`Give a number from ${slowest} to ${fastest}.`);
  return number;
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
