// @ts-check
// One onnxruntime session behind plain tensors: checks feeds, keeps caches up to date, maps failures to coded errors.
// Used by worker threads, by workers of pages and, for training and tools, in the calling thread. Knows nothing of Node.
'use strict';

const { CodedError, KvStore } = require('./kv-store.cjs');

/** @typedef {import('../src/tensors').HostTensor} HostTensor */
/** @typedef {import('../src/tensors').ValueInfo} ValueInfo */
/** @typedef {import('../src/session-types').SessionOptions} SessionOptions */
/** @typedef {import('../src/session-types').CacheOptions} CacheOptions */
/** @typedef {Readonly<Record<string, HostTensor>>} Tensors */
/** @typedef {{ fetch?: readonly string[], into?: Tensors, store?: KvStore, stores?: readonly (KvStore | undefined)[] }} GraphRunOptions */

/** @typedef {typeof import('@gpt-talker/onnxruntime')} Native */
/** @typedef {import('@gpt-talker/onnxruntime').Tensor} NativeTensor */
/** @typedef {import('@gpt-talker/onnxruntime').InferenceSession} NativeSession */

/** @type {Native} */
let ort;
/** @type {{ load(options: SessionOptions): Native | Promise<Native>, checkFile?(path: string): void }} */
let source;

/** Says where onnxruntime comes from; it is loaded at the first use. @param {typeof source} from */
function useRuntime(from) {
  source = from;
}

/** @param {SessionOptions} options */
async function loadRuntime(options) {
  if (ort) {
    if ((options.runtime ?? runtimeKind()) === runtimeKind()) return;
    throw new CodedError(
      'onnxruntime',
      `this thread computes with the ${runtimeKind()} runtime already, not ${options.runtime}; start a SessionHost for the other`,
    );
  }
  ort = await source.load(options);
  // The native library would write to the process's stderr; what matters it also throws.
  ort.env.logLevel = 'fatal';
}

/** onnxruntime-web says that it is. @returns {import('../src/session-types').RuntimeKind} */
function runtimeKind() {
  return ort.env.versions.web ? 'wasm' : 'native';
}

const ELEMENT_BYTES = { float32: 4, int32: 4, int64: 8, bool: 1, uint8: 1, int8: 1, float16: 2 };
const ARRAYS = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  float16: Uint16Array,
};

/** The first line without the place in onnxruntime's own sources. @param {unknown} error */
function reasonOf(error) {
  const [line] = String(error instanceof Error ? error.message : error).split('\n');
  return line.replace(/^\/onnxruntime_src\/.*? was false\. /, '').trim();
}

/** As it was told, or as many as the machine has for it; undefined where onnxruntime decides. @param {SessionOptions} options */
function threadsOf({ intraOpThreads, sharedBy }) {
  return intraOpThreads ?? ort.defaultThreads(sharedBy);
}

/** @param {SessionOptions} options @returns {import('@gpt-talker/onnxruntime').InferenceSession.SessionOptions} */
function sessionOptions(options) {
  const threads = threadsOf(options);
  return {
    executionProviders: [...(options.executionProviders ?? ['cpu'])],
    graphOptimizationLevel: options.optimization ?? 'all',
    logSeverityLevel: 4,
    ...(threads ? { intraOpNumThreads: threads } : {}),
  };
}

/** @param {readonly import('@gpt-talker/onnxruntime').InferenceSession.ValueMetadata[]} metadata @returns {ValueInfo[]} */
function valueInfos(metadata) {
  return metadata.map((value) => {
    if (!value.isTensor || !(value.type in ELEMENT_BYTES)) {
      throw new CodedError(
        'model-invalid',
        `'${value.name}' is not a tensor of a supported type (${Object.keys(ELEMENT_BYTES).join(', ')})`,
      );
    }
    return { name: value.name, type: /** @type {ValueInfo['type']} */ (value.type), dims: [...value.shape] };
  });
}

/** @param {ValueInfo} info */
function describe(info) {
  return `${info.type} [${info.dims.join(', ')}]`;
}

/** Rejects what onnxruntime would reject later and less clearly, or worse, read wrongly. @param {ValueInfo} info @param {HostTensor} tensor @param {string} what */
function checkTensor(info, tensor, what) {
  const { type, data, dims } = tensor;
  if (
    type !== info.type ||
    dims.length !== info.dims.length ||
    info.dims.some((size, axis) => typeof size === 'number' && size !== dims[axis])
  ) {
    throw new CodedError(
      'feeds',
      `${what} '${info.name}' is ${type} [${dims.join(', ')}], but the graph declares ${describe(info)}`,
    );
  }
  if (!(data instanceof ARRAYS[type]) || data.length !== dims.reduce((product, size) => product * size, 1)) {
    throw new CodedError(
      'feeds',
      `${what} '${info.name}' of shape [${dims.join(', ')}] needs that many values in a ${ARRAYS[type].name}`,
    );
  }
}

/** @param {HostTensor} tensor */
function toNative({ type, data, dims }) {
  const tensor = new ort.Tensor(
    /** @type {'float32'} */ (type),
    /** @type {Float32Array} */ (data),
    /** @type {number[]} */ (dims),
  );
  // Where there is a Float16Array (Node 24), Tensor makes one of the bits, and the native side then refuses it.
  if (type === 'float16') Object.assign(tensor, { cpuData: data });
  return tensor;
}

/** @param {NativeTensor} tensor @returns {HostTensor} */
function toHost(tensor) {
  let data = /** @type {HostTensor['data']} */ (tensor.data);
  // Node 24 has Float16Array; the bits are what every version can hold.
  if (tensor.type === 'float16' && !(data instanceof Uint16Array)) {
    const view = /** @type {NodeJS.ArrayBufferView} */ (data);
    data = new Uint16Array(view.buffer, view.byteOffset, view.byteLength / 2);
  }
  return { type: /** @type {HostTensor['type']} */ (tensor.type), data, dims: tensor.dims };
}

/** Copies the new rows behind those held. (Letting onnxruntime write them in place was measured: no faster.) @param {KvStore} store @param {Record<string, NativeTensor>} results */
function append(store, results) {
  const [first] = store.pairs;
  const rows = first ? results[first.output].dims[first.heads === undefined ? 1 : 2] : 0;
  store.reserve(rows);
  store.pairs.forEach((pair, index) =>
    store.write(index, /** @type {Float32Array} */ (results[pair.output].data), rows),
  );
  store.length += rows;
}

/** Row `s` of what was computed goes to store `s`. @param {readonly (KvStore | undefined)[]} stores @param {Record<string, NativeTensor>} results */
function appendTogether(stores, results) {
  stores.forEach((store, place) => {
    if (!store) return;
    store.reserve(1);
    store.pairs.forEach(({ output, width }, index) =>
      store.write(index, /** @type {Float32Array} */ (results[output].data), 1, place * width),
    );
    store.length += 1;
  });
}

class GraphSession {
  /** @param {NativeSession} native */
  constructor(native) {
    this.native = native;
    this.inputs = valueInfos(native.inputMetadata);
    this.outputs = valueInfos(native.outputMetadata);
    this.inputByName = new Map(this.inputs.map((info) => [info.name, info]));
    this.outputByName = new Map(this.outputs.map((info) => [info.name, info]));
    this.outputNames = this.outputs.map((info) => info.name);
    /** What a place without a store is fed. @type {KvStore | undefined} */
    this.nothing = undefined;
  }

  /** @param {string | Uint8Array} model @param {SessionOptions} [options] */
  static async open(model, options = {}) {
    await loadRuntime(options);
    if (typeof model === 'string') source.checkFile?.(model);
    const where = typeof model === 'string' ? model : `model of ${model.byteLength} bytes`;
    let native;
    try {
      native =
        typeof model === 'string'
          ? await ort.InferenceSession.create(model, sessionOptions(options))
          : await ort.InferenceSession.create(model, sessionOptions(options));
    } catch (error) {
      const provider = await GraphSession.missingProvider(options);
      if (provider) throw provider;
      throw new CodedError('model-invalid', `${where}: onnxruntime cannot load it: ${reasonOf(error)}`);
    }
    try {
      return new GraphSession(native);
    } catch (error) {
      await native.release();
      if (error instanceof CodedError) error.message = `${where}: ${error.message}`;
      throw error;
    }
  }

  /** @param {SessionOptions} options @returns {Promise<import('../src/session-types').ComputeInfo>} */
  static async describeRuntime(options) {
    await loadRuntime(options);
    const { versions, wasm } = ort.env;
    const runtime = runtimeKind();
    return {
      runtime,
      version: versions.web ?? versions.node ?? versions.common,
      executionProviders: options.executionProviders ?? ['cpu'],
      threads: runtime === 'wasm' ? wasm.numThreads : threadsOf(options),
    };
  }

  /** Why a wanted execution provider does not work here, or undefined where all do. @param {SessionOptions} options */
  static async missingProvider(options) {
    await loadRuntime(options);
    const bundled = ort.listSupportedBackends().map((backend) => backend.name);
    for (const provider of options.executionProviders ?? []) {
      if (provider === 'cpu') continue;
      let reason = 'this build of onnxruntime does not contain it';
      if (bundled.includes(provider)) {
        try {
          const probe = await ort.InferenceSession.create(
            PROBE_MODEL,
            sessionOptions({ executionProviders: [provider] }),
          );
          await probe.release();
          continue;
        } catch (error) {
          reason = reasonOf(error);
        }
      }
      const remedy =
        provider === 'cuda'
          ? "with CUDA 12 and cuDNN 9, run 'ONNXRUNTIME_NODE_INSTALL=cuda12 npm install onnxruntime-node@1.30.0' (docs/gpu.md), or use 'cpu'"
          : "check the graphics driver, or use 'cpu'";
      return new CodedError(
        'execution-provider',
        `execution provider '${provider}' is not available on this machine (${reason}); ${remedy}`,
      );
    }
    return undefined;
  }

  /** @param {CacheOptions} options */
  createStore({ pairs, capacity, padEmpty = false }) {
    if (!Number.isInteger(capacity) || capacity < 1)
      throw new CodedError('cache', `a cache's capacity must be a positive whole number, not ${capacity}`);
    for (const pair of pairs) {
      for (const [side, info] of /** @type {const} */ ([
        ['input', this.inputByName.get(pair.input)],
        ['output', this.outputByName.get(pair.output)],
      ])) {
        if (!info) throw new CodedError('cache', `the graph has no ${side} '${pair[side]}' to cache`);
        const { width, heads } = pair;
        const needed = heads === undefined ? [1, 'rows', width] : [1, heads, 'rows', width / heads];
        const { type, dims } = info;
        if (
          type !== 'float32' ||
          dims.length !== needed.length ||
          needed.some((size, axis) => size !== 'rows' && size !== dims[axis])
        ) {
          throw new CodedError(
            'cache',
            `${side} '${info.name}' is ${describe(info)}, but a cache of width ${width} needs float32 [${needed.join(', ')}]`,
          );
        }
      }
    }
    return new KvStore(pairs, capacity, padEmpty);
  }

  /** @param {Tensors} feeds @param {GraphRunOptions} [options] @returns {Promise<Record<string, HostTensor>>} */
  async run(feeds, { fetch, into, store, stores } = {}) {
    /** @type {Record<string, NativeTensor>} */
    const nativeFeeds = {};
    for (const name in feeds) {
      const info = this.inputByName.get(name);
      if (!info)
        throw new CodedError(
          'feeds',
          `the graph has no input '${name}'; it has ${[...this.inputByName.keys()].join(', ')}`,
        );
      checkTensor(info, feeds[name], 'input');
      nativeFeeds[name] = toNative(feeds[name]);
    }
    /** @type {Record<string, NativeTensor | null>} */
    const nativeFetches = {};
    store?.pairs.forEach((pair, index) => {
      const { data, dims } = store.fed(index);
      nativeFeeds[pair.input] = new ort.Tensor('float32', data, dims);
      nativeFetches[pair.output] = null;
    });
    if (stores) this.feedTogether(stores, nativeFeeds, nativeFetches);
    for (const info of this.inputs) {
      if (!nativeFeeds[info.name])
        throw new CodedError('feeds', `input '${info.name}' (${describe(info)}) was not fed`);
    }
    const wanted = (fetch ?? (into && Object.keys(into)) ?? this.outputNames).filter(
      (name) => !(name in nativeFetches) || into?.[name],
    );
    for (const name of wanted) {
      const info = this.outputByName.get(name);
      if (!info)
        throw new CodedError('feeds', `the graph has no output '${name}'; it has ${this.outputNames.join(', ')}`);
      const target = into?.[name];
      if (target) checkTensor(info, target, 'output');
      nativeFetches[name] = target ? toNative(target) : null;
    }
    const results = await this.compute(nativeFeeds, nativeFetches);
    if (store) append(store, results);
    if (stores) appendTogether(stores, results);
    /** @type {Record<string, HostTensor>} */
    const outputs = {};
    for (const name of wanted) outputs[name] = into?.[name] ?? toHost(results[name]);
    return outputs;
  }

  /** Feeds each store to its place, and zeros to the places that have none. @param {readonly (KvStore | undefined)[]} stores @param {Record<string, NativeTensor>} feeds @param {Record<string, NativeTensor | null>} fetches */
  feedTogether(stores, feeds, fetches) {
    const first = stores.find((each) => each);
    if (!first?.byHeads)
      throw new CodedError('cache', 'a run for several caches needs one at least, and pairs with heads');
    this.nothing ??= new KvStore(first.pairs, first.capacity, true);
    stores.forEach((store = /** @type {KvStore} */ (this.nothing), place) => {
      store.checkRoom(1);
      store.pairs.forEach((pair, index) => {
        const { data, dims } = store.fed(index);
        feeds[`${pair.input}_of_${place}`] = new ort.Tensor('float32', data, dims);
      });
    });
    for (const { output } of first.pairs) fetches[output] = null;
  }

  /** @param {Record<string, NativeTensor>} feeds @param {Record<string, NativeTensor | null>} fetches @returns {Promise<Record<string, NativeTensor>>} */
  async compute(feeds, fetches) {
    try {
      return /** @type {Record<string, NativeTensor>} */ (await this.native.run(feeds, fetches));
    } catch (error) {
      throw new CodedError('run', `onnxruntime failed: ${reasonOf(error)}`);
    }
  }

  async release() {
    await this.native.release();
  }
}

// y = x + x, the smallest graph, to find out whether an execution provider works at all.
const PROBE_MODEL = Uint8Array.from(
  atob('CAg6MAoOCgF4CgF4EgF5IgNBZGQSBHRlc3RaCwoBeBIGCgQIARIAYgsKAXkSBgoECAESAEIECgAQEg=='),
  (character) => character.charCodeAt(0),
);

module.exports = { CodedError, GraphSession, PROBE_MODEL, useRuntime };
