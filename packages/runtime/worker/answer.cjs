// @ts-check
// What a SessionHost's worker does with a request: owns sessions and caches by number. Knows neither Node's threads nor a page's.
'use strict';

const { CodedError, GraphSession } = require('./graph-session.cjs');

/** @typedef {import('../src/worker-protocol').Request} Request */
/** @typedef {import('../src/worker-protocol').Reply} Reply */
/** @typedef {{ session: number, store: import('./kv-store.cjs').KvStore }} OwnedStore */

/** @type {import('../src/session-types').SessionOptions} */
let defaults = {};

/** @param {import('../src/session-types').SessionOptions} options the defaults of every session */
function setDefaults(options) {
  defaults = options;
}

/** @type {Map<number, GraphSession>} */
const sessions = new Map();
/** @type {Map<number, OwnedStore>} */
const stores = new Map();

/** @param {number} number */
function session(number) {
  const found = sessions.get(number);
  if (!found) throw new CodedError('disposed', 'the session has been disposed; load the model again');
  return found;
}

/** @param {number} number */
function owned(number) {
  const found = stores.get(number);
  if (!found) throw new CodedError('disposed', 'the cache has been disposed; create another');
  return found;
}

/** Does what a request asks. @param {Request} request @returns {Promise<{ result: unknown, transfer?: ArrayBuffer[] }>} */
async function answer(request) {
  switch (request.operation) {
    case 'run': {
      const store = request.cache === undefined ? undefined : owned(request.cache).store;
      const stores = request.caches?.map((number) => (number === undefined ? undefined : owned(number).store));
      const outputs = await session(request.session).run(request.feeds, { fetch: request.fetch, store, stores });
      // Results are fresh copies that nobody else holds, so they move instead of being copied again.
      const transfer = new Set(Object.values(outputs).map((tensor) => /** @type {ArrayBuffer} */ (tensor.data.buffer)));
      const lengths = (stores ?? [store]).map((one) => one?.length ?? 0);
      return { result: { outputs, lengths }, transfer: [...transfer] };
    }
    case 'probe': {
      const missing = await GraphSession.missingProvider(defaults);
      if (missing) throw missing;
      return { result: undefined };
    }
    case 'describe':
      return { result: await GraphSession.describeRuntime(defaults) };
    case 'load': {
      const loaded = await GraphSession.open(request.source, { ...defaults, ...request.options });
      sessions.set(request.session, loaded);
      return { result: { inputs: loaded.inputs, outputs: loaded.outputs } };
    }
    case 'release-session': {
      for (const [number, entry] of stores) if (entry.session === request.session) stores.delete(number);
      const released = sessions.get(request.session);
      sessions.delete(request.session);
      await released?.release();
      return { result: undefined };
    }
    case 'create-cache':
      stores.set(request.cache, {
        session: request.session,
        store: session(request.session).createStore(request.options),
      });
      return { result: undefined };
    case 'truncate-cache':
      owned(request.cache).store.truncate(request.length);
      return { result: undefined };
    case 'fork-cache': {
      const original = owned(request.cache);
      stores.set(request.copy, { session: original.session, store: original.store.fork() });
      return { result: undefined };
    }
    case 'release-cache':
      stores.delete(request.cache);
      return { result: undefined };
    case 'close':
      stores.clear();
      for (const open of sessions.values()) await open.release();
      sessions.clear();
      return { result: undefined };
  }
}

/** Does what a request asks; never rejects. @param {Request} request @returns {Promise<{ reply: Reply, transfer?: ArrayBuffer[] }>} */
async function replyTo(request) {
  try {
    const { result, transfer } = await answer(request);
    return { reply: { result }, transfer };
  } catch (error) {
    const { code, message } = /** @type {CodedError} */ (error);
    return { reply: { error: { code: error instanceof CodedError ? code : 'worker', message } } };
  }
}

module.exports = { replyTo, setDefaults };
