// A worker process without a model, for the tests of the pool: it says numbers, reads turns, remembers versions, and dies when told to.
const known = new Map();
const cancelled = new Set();
const texts = new Map();
const waiting = new Map();
const send = (message) => process.connected && process.send(message, undefined, undefined, () => {});
const sleep = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
const options = JSON.parse(process.argv[2]);
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('disconnect', () => process.exit(0));
if (options.voiceFolders.includes('broken')) {
  send({
    kind: 'failed',
    error: {
      name: 'VoiceFileError',
      code: 'missing',
      message: 'broken: there is no such voice folder; check the path',
    },
  });
  setTimeout(() => process.exit(1), 50);
} else {
  send({ kind: 'ready', voices: [{ name: 'tiny', sampleRate: 16000, languages: ['en'] }] });
  const beat = () => send({ kind: 'vitals', residentBytes: 4321 });
  beat();
  setInterval(beat, 50).unref();
}

async function stateOf(job, { id, version }) {
  if (version === 0) return [];
  if (known.get(id)?.version === version) return known.get(id).state;
  send({ kind: 'state-wanted', job });
  return new Promise((resolve) => waiting.set(job, resolve));
}

async function speak(job, order) {
  const state = order.conversation ? await stateOf(job, order.conversation) : [];
  const pieces = order.text === undefined ? texts.get(job) : undefined;
  const said = [];
  const say = async (text) => {
    if (text === 'die') process.kill(process.pid, 'SIGKILL');
    if (text === 'stop') process.kill(process.pid, 'SIGSTOP');
    // As in a run that does not end: on the thread that receives messages, or on another.
    if (text === 'spin') for (;;);
    if (text === 'never end') await new Promise(() => {});
    if (text === 'fail')
      throw Object.assign(new Error('nothing to say; write words'), { name: 'TextError', code: 'empty' });
    for (let i = 0; i < 5; i++) {
      if (cancelled.has(job)) throw Object.assign(new Error('aborted'), { name: 'AbortError', code: '' });
      send({
        kind: 'audio',
        job,
        audio: { samples: Float32Array.of(order.seed, i, process.pid), sampleRate: 16000, words: [] },
      });
      await sleep(text === 'slow' ? 0.05 : 0);
    }
    said.push(text);
  };
  if (pieces) {
    for (;;) {
      while (pieces.length === 0) await sleep(0.01);
      const text = pieces.shift();
      if (text === null) break;
      await say(text);
    }
  } else await say(order.text);
  const facts = {
    text: said.join(''),
    tokens: [process.pid],
    seconds: 1,
    stopReason: 'end-of-speech',
    historyTurns: state.length,
    warnings: [],
    timings: {},
  };
  if (order.conversation) {
    facts.state = [...state, ...said];
    known.set(order.conversation.id, { version: order.conversation.version + 1, state: facts.state });
  }
  send({ kind: 'spoken', job, facts });
}

process.on('message', (message) => {
  const { job } = message;
  const failed = ({ name, code, message: reason }) =>
    send({ kind: 'error', job, error: { name, code, message: reason } });
  if (message.kind === 'speak') {
    if (message.order.text === undefined) texts.set(job, []);
    speak(job, message.order).catch(failed);
  }
  if (message.kind === 'addTurns') {
    stateOf(job, message.conversation).then((state) => {
      const next = [...state, ...message.turns.map(({ text }) => text)];
      known.set(message.conversation.id, { version: message.conversation.version + 1, state: next });
      send({ kind: 'addedTurns', job, result: { tokens: message.turns.map(() => [process.pid]), state: next } });
    });
  }
  if (message.kind === 'text') texts.get(job).push(message.text);
  if (message.kind === 'text-end') texts.get(job).push(null);
  if (message.kind === 'state') waiting.get(job)(message.state);
  if (message.kind === 'cancel') cancelled.add(job);
  if (message.kind === 'forget') known.delete(message.id);
  if (message.kind === 'stop') process.exit(0);
});
