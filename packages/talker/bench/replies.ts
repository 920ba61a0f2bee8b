// What a listener waits for, with the embedded voice: the first sound of a reply, whose history has been kept or has to be read again, and
// how fast the whole of it is made. Quickest and middle of several rounds, since on a shared machine what is slower was someone else; and
// processor time, which is everybody's. Run: npm run bench -w @gpt-talker/talker [-- --json --voice folder]
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readDialogueFile, type Turn } from '@gpt-talker/context';
import { Talker, type Reply, type ReplyStream } from '../src/index';

const ROUNDS = 12;
const WARM_UP = 3;
const HISTORY = 6;
const TEXT =
  'I would love to come with you to the market on Saturday morning, and we could have lunch in the garden after that.';

const root = path.resolve(__dirname, '../../..');
const { values } = parseArgs({ options: { json: { type: 'boolean' }, voice: { type: 'string' } } });

interface Round {
  firstSoundSeconds: number;
  processorSeconds: number;
  reply: Reply;
}

async function listen(ask: () => ReplyStream): Promise<Round> {
  const before = process.cpuUsage();
  const begin = performance.now();
  const stream = ask();
  let firstSoundSeconds = 0;
  for await (const _chunk of stream) firstSoundSeconds ||= (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { firstSoundSeconds, processorSeconds: (user + system) / 1e6, reply: await stream.finished };
}

interface Summary {
  what: string;
  firstSoundMilliseconds: { quickest: number; middle: number };
  realTimeFactor: { quickest: number; middle: number };
  processorTimeFactor: number;
  readingMilliseconds: number;
}

interface Case {
  what: string;
  ask: () => ReplyStream;
  /** Done before each round, and not counted. */
  before?: () => Promise<unknown>;
}

/** Every case once a round, so that all of them meet the same weather. */
async function measure(cases: readonly Case[]): Promise<Summary[]> {
  const rounds = cases.map((): Round[] => []);
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const [index, { ask, before }] of cases.entries()) {
      await before?.();
      const measured = await listen(ask);
      if (round >= WARM_UP) rounds[index].push(measured);
    }
  }
  return cases.map(({ what }, index) => summarise(what, rounds[index]));
}

function summarise(what: string, rounds: readonly Round[]): Summary {
  const spread = (of: (round: Round) => number) => {
    const sorted = rounds.map(of).sort((left, right) => left - right);
    return { quickest: sorted[0], middle: sorted[sorted.length >> 1] };
  };
  const spokenSeconds = ({ reply }: Round) => reply.audio.samples.length / reply.audio.sampleRate;
  return {
    what,
    firstSoundMilliseconds: spread(({ firstSoundSeconds }) => 1000 * firstSoundSeconds),
    realTimeFactor: spread(({ reply }) => reply.timings.realTimeFactor),
    processorTimeFactor: spread((round) => round.processorSeconds / spokenSeconds(round)).quickest,
    readingMilliseconds: spread(({ reply }) => 1000 * reply.timings.readingSeconds).quickest,
  };
}

async function main(): Promise<void> {
  const talker = await Talker.load(values.voice ?? path.join(root, 'packages/voice-tiny/voice'));
  const { turns } = await readDialogueFile(path.join(root, 'examples/weekend.json'));
  const history: Turn[] = Array.from({ length: HISTORY }, (_, index) => turns[index % turns.length]);
  const conversation = talker.conversation({ historyTurns: HISTORY });
  for (const turn of history) await conversation.add(turn);
  // As tokens, so that what is compared is reading, not hearing.
  const dialogue = { turns: conversation.turns };
  const options = { seed: 1, historyTurns: HISTORY };
  const summaries = await measure([
    { what: 'no history', ask: () => talker.stream({ turns: [] }, TEXT, { ...options, historyTurns: 0 }) },
    { what: `${HISTORY} turns, read again`, ask: () => talker.stream(dialogue, TEXT, options) },
    {
      what: `${HISTORY} turns, forgotten`,
      ask: () => conversation.reply(TEXT, { ...options, keep: false }),
      before: () => conversation.forget(),
    },
    { what: `${HISTORY} turns, kept`, ask: () => conversation.reply(TEXT, { ...options, keep: false }) },
  ]);
  const { bytes } = conversation;
  await talker.dispose();
  if (values.json) return console.log(JSON.stringify({ summaries, conversationBytes: bytes }));
  const load = (await readFile('/proc/loadavg', 'utf8').catch(() => '?')).split(' ')[0];
  console.log(
    `${talker.manifest.name}, ${ROUNDS} rounds each, quickest (middle); load of the machine at the end: ${load}`,
  );
  for (const { what, firstSoundMilliseconds: first, realTimeFactor: factor, ...summary } of summaries) {
    console.log(
      `${what.padEnd(22)} first sound ${first.quickest.toFixed(0)} (${first.middle.toFixed(0)}) ms, real-time factor ` +
        `${factor.quickest.toFixed(3)} (${factor.middle.toFixed(3)}), processor ${summary.processorTimeFactor.toFixed(3)} s a second of speech, ` +
        `reading ${summary.readingMilliseconds.toFixed(1)} ms`,
    );
  }
  console.log(`the kept conversation holds ${(bytes / 1024 / 1024).toFixed(1)} MB`);
}

void main();
