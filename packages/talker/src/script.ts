// A script: lines of several speakers, spoken one after the other into one sound. Each speaker hears the others' lines as what was said to
// him, and his own as what he said.
import type { Audio } from '@gpt-talker/audio';
import type { Turn } from '@gpt-talker/context';
import { checkScriptOptions } from './check-input';
import { TalkerError } from './errors';
import { seedOfPiece } from './make-tokens';
import type { Reply, ReplyOptions, ReplyWord } from './reply';
import type { ReplyStream } from './reply-stream';
import type { References } from './timbre';

export interface ScriptLine {
  /** A name: the same for all lines of one speaker. */
  speaker: string;
  text: string;
  language?: string;
}

export interface ScriptOptions extends Omit<ReplyOptions, 'speaker' | 'reference'> {
  /**
   * Who gives a speaker his timbre: one of the voice's speakers by name, or recordings. The others take the voice's speakers in the order
   * in which they come, but for those whose names are the voice's.
   */
  speakers?: Readonly<Record<string, string | References>>;
  /** Silence between two lines; default 0.3 s. */
  gapSeconds?: number;
}

/** A line as it was spoken. */
export interface ScriptTurn extends ScriptLine {
  /** Seconds from the beginning of the script. */
  start: number;
  end: number;
  /** Of this line; times from the beginning of the script. */
  words: ReplyWord[];
  warnings: string[];
  attempts: number;
}

export interface ScriptReading {
  audio: Audio;
  turns: ScriptTurn[];
}

/** A chunk of a script's sound. */
export interface ScriptChunk extends Audio {
  /** The line that it is of, from 0; silence between lines is of the one that follows. */
  line: number;
  /** Times from the beginning of the script. */
  words: ReplyWord[];
  /** The line as it was spoken, with its last chunk. */
  turn?: ScriptTurn;
}

/** What speaks a line. */
export interface ScriptVoice {
  name: string;
  speakers: readonly string[];
  historyTurns: number;
  stream(turns: readonly Turn[], line: ScriptLine, options: ReplyOptions): ReplyStream;
}

const GAP_SECONDS = 0.3;

/** @throws TalkerError `option` for a script without lines, or with more speakers than there are; what replies throw */
export async function* readScript(
  lines: readonly ScriptLine[],
  scriptOptions: ScriptOptions,
  voice: ScriptVoice,
): AsyncGenerator<ScriptChunk, void, undefined> {
  checkLines(lines);
  checkScriptOptions(scriptOptions);
  const { speakers = {}, gapSeconds = GAP_SECONDS, seed = 0, historyTurns, ...options } = scriptOptions;
  const timbres = timbresOf(lines, speakers, voice);
  const spoken: { line: ScriptLine; reply: Reply }[] = [];
  let seconds = 0;
  for (const [index, line] of lines.entries()) {
    const reach = historyTurns ?? voice.historyTurns;
    const turns = spoken.slice(Math.max(0, spoken.length - reach)).map(({ line: said, reply }): Turn => ({
      role: said.speaker === line.speaker ? 'agent' : 'user',
      speaker: said.speaker,
      text: said.text,
      ...(said.language !== undefined && { language: said.language }),
      tokens: reply.tokens,
    }));
    const stream = voice.stream(turns, line, {
      ...options,
      ...timbres.get(line.speaker)!,
      historyTurns: reach,
      seed: seedOfPiece(seed, index),
    });
    if (index > 0 && gapSeconds > 0) {
      const silence = new Float32Array(Math.round(gapSeconds * stream.sampleRate));
      yield { samples: silence, sampleRate: stream.sampleRate, line: index, words: [] };
      seconds += silence.length / stream.sampleRate;
    }
    const start = seconds;
    const later = (word: ReplyWord) => shifted(word, start);
    let before: ScriptChunk | undefined;
    for await (const { samples, sampleRate, words } of stream) {
      if (before) yield before;
      before = { samples, sampleRate, line: index, words: words.map(later) };
      seconds += samples.length / sampleRate;
    }
    const reply = await stream.finished;
    spoken.push({ line, reply });
    const { warnings, attempts, words } = reply;
    if (before)
      yield { ...before, turn: { ...line, start, end: seconds, words: words.map(later), warnings, attempts } };
  }
}

/** A whole script. */
export async function wholeScript(chunks: AsyncIterable<ScriptChunk>): Promise<ScriptReading> {
  const parts: Float32Array[] = [];
  const turns: ScriptTurn[] = [];
  let sampleRate = 0;
  for await (const chunk of chunks) {
    parts.push(chunk.samples);
    ({ sampleRate } = chunk);
    if (chunk.turn) turns.push(chunk.turn);
  }
  const samples = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    samples.set(part, at);
    at += part.length;
  }
  return { audio: { samples, sampleRate }, turns };
}

function checkLines(lines: unknown): void {
  if (!Array.isArray(lines) || lines.length === 0)
    throw new TalkerError('option', 'the script has no lines; give [{speaker, text}, …]');
  for (const [index, line] of lines.entries()) {
    const { speaker, text, language } = Object(line) as Partial<ScriptLine>;
    const isLine = typeof speaker === 'string' && typeof text === 'string';
    if (!isLine || (language !== undefined && typeof language !== 'string'))
      throw new TalkerError(
        'option',
        `line ${index + 1} of the script is not {speaker, text, language?}, all of them strings; correct it`,
      );
    // Before anything is spoken: it would be found in the middle of the script.
    if (text.trim() === '')
      throw new TalkerError(
        'option',
        `line ${index + 1} of the script has no text; write what ${speaker} says, or remove it`,
      );
  }
}

/** Whose timbre each speaker of the script has. */
function timbresOf(
  lines: readonly ScriptLine[],
  given: NonNullable<ScriptOptions['speakers']>,
  { name, speakers }: ScriptVoice,
): Map<string, Pick<ReplyOptions, 'speaker' | 'reference'>> {
  const timbres = new Map<string, Pick<ReplyOptions, 'speaker' | 'reference'>>();
  const wanted = [...new Set(lines.map(({ speaker }) => speaker))];
  const own = (speaker: string) =>
    (Object.hasOwn(given, speaker) ? given[speaker] : undefined) ?? (speakers.includes(speaker) ? speaker : undefined);
  const taken = new Set(wanted.map(own).filter((timbre) => typeof timbre === 'string'));
  const free = speakers.filter((speaker) => !taken.has(speaker));
  for (const speaker of wanted) {
    const timbre = own(speaker) ?? free.shift();
    if (timbre === undefined)
      throw new TalkerError(
        'option',
        `the script has ${wanted.length} speakers, voice '${name}' has ${speakers.length} (${speakers.join(', ')}); give recordings of the others as speakers`,
      );
    timbres.set(speaker, typeof timbre === 'string' ? { speaker: timbre } : { reference: timbre });
  }
  return timbres;
}

function shifted(word: ReplyWord, seconds: number): ReplyWord {
  return {
    ...word,
    start: word.start + seconds,
    end: word.end + seconds,
    phonemes: word.phonemes.map(({ symbol, start, end }) => ({ symbol, start: start + seconds, end: end + seconds })),
  };
}
