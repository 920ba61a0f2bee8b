// The weights of a model, by name. Modules declare what they need under a scope; the names are upstream's state-dict keys, so
// checkpoints load without renaming. `bind` lends other tensors for a while: that is how a traced graph receives weights as inputs.
import * as tf from '@tensorflow/tfjs-core';
import { type ArrayTensor } from '@gpt-talker/checkpoint';
import { ParameterError } from './errors';
import { elementCount, type Initializer } from './initializers';
import { randomForName } from './random';

/** One named weight of a model. Its value belongs to the store: read it again at every use, never dispose it. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** False for buffers, such as a codebook that is updated by averages: saved with the model, not given to an optimiser. */
  readonly trainable: boolean;
  /** The current value, or the one lent by {@link ParameterStore.bind}. */
  readonly value: tf.Tensor;
}

export interface DeclareOptions {
  trainable?: boolean;
}

export interface LoadOptions {
  /** Refuse a source whose names differ from the store's (default). Otherwise the differences are returned. */
  strict?: boolean;
}

export interface LoadResult {
  /** Parameters that the source does not have; they keep their values. */
  missing: string[];
  /** Names in the source that no parameter has. */
  unexpected: string[];
}

/** A model's weights: float32 tensors by name, in the order of declaration. */
export class ParameterStore {
  readonly #seed: number;
  readonly #initialize: boolean;
  readonly #entries = new Map<string, StoredParameter>();
  #bound: Readonly<Record<string, tf.Tensor>> = {};

  /**
   * @param options.seed fixes the initial values; each parameter draws from a generator of its own, by name
   * @param options.initialize false where all values will be loaded: none is drawn (which takes seconds for large models), and one that is read
   *   before it has been loaded is a ParameterError `no-value`. Default true.
   */
  constructor(options: { seed?: number; initialize?: boolean } = {}) {
    this.#seed = options.seed ?? 0;
    this.#initialize = options.initialize ?? true;
  }

  /** The place from which a module declares its parameters, with names that begin with `prefix`. */
  scope(prefix = ''): Scope {
    return new Scope(this, prefix);
  }

  /** Adds a parameter. @throws ParameterError `duplicate-name` */
  declare(name: string, shape: readonly number[], initializer: Initializer, options: DeclareOptions = {}): Parameter {
    if (this.#entries.has(name)) {
      throw new ParameterError(
        'duplicate-name',
        `Parameter ${name} is declared twice; give each module a scope of its own.`,
      );
    }
    const parameter = new StoredParameter(name, shape, options.trainable ?? true, () => this.#bound[name]);
    if (this.#initialize) {
      const values = initializer(shape, randomForName(this.#seed, name));
      parameter.replace(tf.tensor(values, [...shape], 'float32'));
    }
    this.#entries.set(name, parameter);
    return parameter;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws ParameterError `unknown-name` */
  get(name: string): Parameter {
    return this.#entry(name);
  }

  /** All names in the order of declaration, or those of one kind. */
  names(filter: { trainable?: boolean } = {}): string[] {
    return this.parameters(filter).map((parameter) => parameter.name);
  }

  /** All parameters in the order of declaration, or those of one kind. */
  parameters(filter: { trainable?: boolean } = {}): Parameter[] {
    return [...this.#entries.values()].filter(({ trainable }) => (filter.trainable ?? trainable) === trainable);
  }

  /** How many numbers the parameters hold together. */
  get size(): number {
    return this.parameters().reduce((sum, { shape }) => sum + elementCount(shape), 0);
  }

  /** Replaces one value. The store keeps a reference of its own: the caller may dispose the tensor. @throws ParameterError */
  set(name: string, value: tf.Tensor): void {
    const entry = this.#entry(name);
    checkShape(name, entry.shape, value.shape);
    entry.replace(value.clone());
  }

  /** Replaces values by those of a checkpoint. Nothing changes if it does not fit. @throws ParameterError */
  load(
    source: ReadonlyMap<string, ArrayTensor> | Readonly<Record<string, ArrayTensor>>,
    options: LoadOptions = {},
  ): LoadResult {
    const arrays =
      source instanceof Map ? (source as ReadonlyMap<string, ArrayTensor>) : new Map(Object.entries(source));
    const missing = this.names().filter((name) => !arrays.has(name));
    const unexpected = [...arrays.keys()].filter((name) => !this.has(name));
    if ((options.strict ?? true) && missing.length + unexpected.length > 0) {
      const parts = [describeNames('missing', missing), describeNames('unexpected', unexpected)].filter(Boolean);
      throw new ParameterError(
        'name-mismatch',
        `The weights are of another model: ${parts.join('; ')}. Load a checkpoint of this configuration.`,
      );
    }
    const matching = [...arrays].filter(([name]) => this.has(name));
    for (const [name, array] of matching) {
      checkShape(name, this.#entry(name).shape, array.shape);
      const expected = elementCount(array.shape);
      if (array.data.length !== expected) {
        throw new ParameterError(
          'shape-mismatch',
          `${name}: ${array.data.length} values cannot have shape [${array.shape}], which needs ${expected}.`,
        );
      }
    }
    for (const [name, { data, shape }] of matching) {
      // A copy, because the CPU backend keeps the array that it is given.
      this.#entry(name).replace(tf.tensor(Float32Array.from(data), [...shape], 'float32'));
    }
    return { missing, unexpected };
  }

  /** Copies all values out, ready to be written to a file. Lent values are not included. */
  toArrays(): Map<string, ArrayTensor> {
    const entries = [...this.#entries.values()];
    return new Map(
      entries.map((entry) => [
        entry.name,
        { shape: [...entry.shape], dtype: 'float32', data: Float32Array.from(entry.own.dataSync()) },
      ]),
    );
  }

  /**
   * Runs a synchronous function during which the named parameters have other values, such as the inputs of a graph that is being traced
   * or the arguments of `tf.grads`. Bindings may be nested: the innermost wins.
   * @throws ParameterError for an unknown name or another shape
   */
  bind<T>(values: Readonly<Record<string, tf.Tensor>>, run: () => T): T {
    for (const [name, value] of Object.entries(values)) checkShape(name, this.#entry(name).shape, value.shape);
    const outer = this.#bound;
    this.#bound = { ...outer, ...values };
    try {
      const result = run();
      if (result instanceof Promise) {
        throw new ParameterError(
          'asynchronous',
          'bind() was given an asynchronous function; its values would be gone at the first await.',
        );
      }
      return result;
    } finally {
      this.#bound = outer;
    }
  }

  /** Frees the values and keeps names and shapes: where a training state holds the weights, the store need not hold them too. */
  releaseValues(): void {
    for (const entry of this.#entries.values()) entry.release();
  }

  /** Frees all values. The store is empty afterwards. */
  dispose(): void {
    this.releaseValues();
    this.#entries.clear();
  }

  #entry(name: string): StoredParameter {
    const entry = this.#entries.get(name);
    if (!entry)
      throw new ParameterError(
        'unknown-name',
        `There is no parameter ${name} in this model; check the name and the configuration.`,
      );
    return entry;
  }
}

/**
 * The place in a {@link ParameterStore} from which a module declares its parameters: a prefix for their names, as in TensorFlow's variable
 * scopes. Names join with dots and equal the keys of upstream's state dicts.
 */
export class Scope {
  constructor(
    readonly store: ParameterStore,
    readonly prefix = '',
  ) {}

  /** The scope of a part: `scope.child('attn')`, `scope.child('layers', 0)`. */
  child(...names: (string | number)[]): Scope {
    return new Scope(this.store, this.name(names.join('.')));
  }

  /** The full name of a parameter here. */
  name(local: string): string {
    return this.prefix === '' ? local : `${this.prefix}.${local}`;
  }

  /** Adds a parameter under this scope's prefix. @throws ParameterError `duplicate-name` */
  declare(local: string, shape: readonly number[], initializer: Initializer, options?: DeclareOptions): Parameter {
    return this.store.declare(this.name(local), shape, initializer, options);
  }
}

class StoredParameter implements Parameter {
  #own: tf.Tensor | undefined;

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly trainable: boolean,
    private readonly lent: () => tf.Tensor | undefined,
  ) {}

  get own(): tf.Tensor {
    if (!this.#own) throw new ParameterError('no-value', `Parameter ${this.name} has no value yet.`);
    return this.#own;
  }

  get value(): tf.Tensor {
    return this.lent() ?? this.own;
  }

  release(): void {
    this.#own?.dispose();
    this.#own = undefined;
  }

  replace(value: tf.Tensor): void {
    // Kept, so that a surrounding tf.tidy leaves it alone.
    const previous = this.#own;
    this.#own = tf.keep(value);
    previous?.dispose();
  }
}

function checkShape(name: string, expected: readonly number[], actual: readonly number[]): void {
  if (expected.length === actual.length && expected.every((length, axis) => length === actual[axis])) return;
  throw new ParameterError(
    'shape-mismatch',
    `${name} has shape [${actual}], the model needs [${expected}]; check that the configuration fits the weights.`,
  );
}

function describeNames(what: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const shown = names.slice(0, 3).join(', ');
  return `${names.length} ${what} (${shown}${names.length > 3 ? ', …' : ''})`;
}
