// Every parser of what comes from outside, with seeds of its own (corpus/) changed at random: each input is read, or refused with that parser's error in one line,
// in bounded time. What a run finds becomes a seed.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { AudioFileError, readWav } from '@gpt-talker/audio';
import { DialogueError, parseDialogue } from '@gpt-talker/context';
import { parseJsonTranscript, parseRttm, parseSrt } from '@gpt-talker/dataset/collect';
import { CheckpointError, readSafetensors, readTorch } from '@gpt-talker/checkpoint';
import { VoiceFileError, parseManifest } from '@gpt-talker/voice';
import { parseRecord } from '../../src/conversations/record-schema';
import { ApiError } from '../../src/requests/api-error';
import { Hosts } from '../../src/server/hosts';
import { socketMessageSchema } from '../../src/server/schemas/socket';
import { withoutNulls } from '../../src/server/strict-json';
import { checkHeard, decodeBase64 } from '../../src/sound/upload';
import { Tally, randomFrom } from './client';
import type { Settings } from './settings';

const CORPUS = path.join(__dirname, 'corpus');
/** Longer for one input of a few kilobytes is too long. */
const MOST_MILLISECONDS = 2000;
const MOST_BYTES = 64 * 1024;

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const hosts = new Hosts('127.0.0.1', ['speech.example']);
const LIMITS = { maxAudioSeconds: 60 };

/** By folder of the corpus: what reads it, and the errors that it may throw. */
const PARSERS: Record<string, { parse(bytes: Uint8Array): unknown; errors: readonly string[] }> = {
  wav: { parse: (bytes) => readWav(bytes), errors: [AudioFileError.name] },
  upload: {
    parse: (bytes) => checkHeard(readWav(bytes, { name: 'audio' }), LIMITS),
    errors: [AudioFileError.name, ApiError.name],
  },
  base64: { parse: (bytes) => decodeBase64(text(bytes)), errors: [ApiError.name] },
  voice: { parse: (bytes) => parseManifest(text(bytes)), errors: [VoiceFileError.name] },
  dialogue: { parse: (bytes) => json(bytes, parseDialogue), errors: [DialogueError.name] },
  record: { parse: (bytes) => parseRecord(text(bytes), 'c_0123456789abcdefghijkl'), errors: [] },
  socket: { parse: (bytes) => json(bytes, (value) => socketMessageSchema.safeParse(withoutNulls(value))), errors: [] },
  host: { parse: (bytes) => hosts.accepts(text(bytes)), errors: [] },
  srt: { parse: (bytes) => parseSrt(text(bytes), 'x.srt'), errors: ['DatasetError'] },
  rttm: { parse: (bytes) => parseRttm(text(bytes), 'x.rttm'), errors: ['DatasetError'] },
  transcript: { parse: (bytes) => parseJsonTranscript(text(bytes), 'x.json'), errors: ['DatasetError'] },
  safetensors: { parse: (bytes) => readSafetensors(bytes), errors: [CheckpointError.name] },
  torch: { parse: (bytes) => readTorch(bytes), errors: [CheckpointError.name] },
};

export async function parserFuzz({ count, seed }: Settings): Promise<boolean> {
  const names = Object.keys(PARSERS);
  const each = Math.ceil(count / names.length);
  const bad: string[] = [];
  let slowest = { milliseconds: 0, parser: '' };
  for (const parser of names) {
    const random = randomFrom(seed + names.indexOf(parser));
    const seeds = readdirSync(path.join(CORPUS, parser)).map(
      (name) => new Uint8Array(readFileSync(path.join(CORPUS, parser, name))),
    );
    const tally = new Tally();
    for (let i = 0; i < each; i++) {
      // The seeds themselves come first.
      const input = i < seeds.length ? seeds[i] : changed(seeds, random);
      const begin = performance.now();
      const what = tried(parser, input);
      const milliseconds = performance.now() - begin;
      if (milliseconds > slowest.milliseconds) slowest = { milliseconds, parser };
      tally.add(what.startsWith('!') ? 'WRONG' : what);
      if (what.startsWith('!') || milliseconds > MOST_MILLISECONDS)
        bad.push(
          `${parser} (${milliseconds.toFixed(0)} ms): ${what} of ${Buffer.from(input).toString('base64').slice(0, 2000)}`,
        );
    }
    console.log(`  ${parser.padEnd(12)} ${each} inputs from ${seeds.length} seeds: ${tally}`);
  }
  console.log(`slowest input: ${slowest.milliseconds.toFixed(0)} ms (${slowest.parser})`);
  bad.slice(0, 20).forEach((line) => console.log(`  ${line}`));
  return bad.length === 0;
}

function tried(parser: string, input: Uint8Array): string {
  const { parse, errors } = PARSERS[parser];
  try {
    parse(input);
    return 'read';
  } catch (error) {
    const { name, message } = error as Error;
    if (errors.includes(name) && !/[\r\n]/.test(message)) return 'refused';
    return `!${name}: ${message}`;
  }
}

/** What is no JSON is refused before. */
function json(bytes: Uint8Array, parse: (value: unknown) => unknown): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text(bytes));
  } catch {
    return undefined;
  }
  return parse(value);
}

const VALUES: unknown[] = [
  null,
  true,
  '',
  'x',
  '\ud800',
  -1,
  0.5,
  1e300,
  2 ** 53,
  [],
  {},
  [null],
  { x: 1 },
  'toString',
  '__proto__',
];

/** Of JSON, half are changed as JSON, so that they get further than to the first bracket. */
function changed(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  if (random() < 0.5) return mutated(seeds, random);
  let value: unknown;
  try {
    value = JSON.parse(text(seeds[Math.floor(random() * seeds.length)]));
  } catch {
    return mutated(seeds, random);
  }
  for (let changes = 1 + Math.floor(random() * 3); changes > 0; changes--) value = changedJson(value, random);
  return new Uint8Array(Buffer.from(JSON.stringify(value) ?? ''));
}

/** One member, somewhere, is gone, another, or there under another name. */
function changedJson(value: unknown, random: () => number): unknown {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (names.length === 0 || random() < 0.15) return VALUES[Math.floor(random() * VALUES.length)];
  const name = names[Math.floor(random() * names.length)];
  const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
  const member = copy[name];
  const what = random();
  if (what < 0.1) delete copy[name];
  else if (what < 0.2) copy[`${name}${Math.floor(random() * 3)}`] = member;
  else copy[name] = changedJson(member, random);
  return copy;
}

const INTERESTING = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x5b, 0x7b, 0x2c, 0x2d, 0x39];
const PIECES = [
  '999999999999',
  '-1',
  '1e999',
  'null',
  '""',
  '[]',
  '{}',
  '\\ud800',
  '\u0000',
  '-->',
  '00:00:00,000',
  'NaN',
  '＜',
].map((piece) => new Uint8Array(Buffer.from(piece)));

/** A seed with one to eight changes: bytes, blocks, numbers, pieces of other seeds. */
function mutated(seeds: readonly Uint8Array[], random: () => number): Uint8Array {
  const below = (most: number) => Math.floor(random() * most);
  const one = <T>(list: readonly T[]): T => list[below(list.length)];
  let bytes = one(seeds);
  for (let changes = 1 + below(8); changes > 0; changes--) {
    const at = below(bytes.length + 1);
    const rest = below(Math.min(64, bytes.length - at + 1));
    const put = (piece: Uint8Array, skipped = 0) =>
      Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + skipped)]);
    switch (below(8)) {
      case 0:
        bytes = put(Uint8Array.of(below(256)), 1);
        break;
      case 1:
        bytes = put(Uint8Array.of(one(INTERESTING)), 1);
        break;
      case 2:
        bytes = put(new Uint8Array(0), rest);
        break;
      case 3:
        bytes = put(bytes.subarray(at, at + rest));
        break;
      case 4:
        bytes = put(one(PIECES), below(4));
        break;
      case 5:
        bytes = bytes.subarray(0, at);
        break;
      case 6: {
        const other = one(seeds);
        const from = below(other.length + 1);
        bytes = put(other.subarray(from, from + below(64)), rest);
        break;
      }
      default: {
        // A size or a count at an extreme.
        const number = new Uint8Array(4);
        new DataView(number.buffer).setUint32(
          0,
          one([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe]),
          random() < 0.8,
        );
        bytes = put(number, 4);
      }
    }
  }
  return bytes.length > MOST_BYTES ? bytes.subarray(0, MOST_BYTES) : bytes;
}
