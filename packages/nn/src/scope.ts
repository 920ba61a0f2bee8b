// Where a module stands in its model: a prefix for the names of its parameters, as in TensorFlow's variable scopes.
// Names join with dots and equal the keys of upstream's state dicts.
import { type Initializer } from './initializers';
import { type DeclareOptions, type Parameter, type ParameterStore } from './parameters';

/** The place in a {@link ParameterStore} from which a module declares its parameters. */
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
