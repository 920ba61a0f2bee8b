// What goes into the comparison of recordings: the function's inputs as specified, and one run of it at fixed sizes.
import { type Node, type Value } from '../graph';
import { type Sizes } from './sizes';

export interface InputSpec {
  readonly name: string;
  /**
   * A number is a fixed length, a name a symbolic one: equal names are equal lengths. Sums and products of names and numbers
   * are lengths too (`P + T`); each name must also stand alone somewhere.
   */
  readonly shape: readonly (number | string)[];
  /** Default float32. */
  readonly dtype?: 'float32' | 'int32' | 'bool';
}

/** One run of the traced function. */
export interface Recording {
  readonly sizes: Sizes;
  readonly inputs: readonly Value[];
  readonly outputs: Readonly<Record<string, Value>>;
  /** Those that the outputs depend on. */
  readonly nodes: readonly Node[];
}
