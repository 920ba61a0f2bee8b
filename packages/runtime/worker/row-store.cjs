// @ts-check
// Key/value rows beside the session that uses them: one Float32Array [rows, width] per pair, fed as a zero-copy view.
// Growing a cache as a graph output would copy all of it for every token; here only the new rows are written.
'use strict';

/** @typedef {import('../src/session-types').CachePair} CachePair */

const FIRST_ROWS = 256;

/** A failure with a code, which the other side turns into a RuntimeError. */
class CodedError extends Error {
  /** @param {import('../src/errors').RuntimeErrorCode} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

class RowStore {
  /** @param {readonly CachePair[]} pairs @param {number} capacity rows at most @param {boolean} padEmpty */
  constructor(pairs, capacity, padEmpty) {
    this.pairs = pairs;
    this.capacity = capacity;
    this.padEmpty = padEmpty;
    this.length = 0;
    this.rows = Math.min(capacity, FIRST_ROWS);
    this.tables = pairs.map((pair) => new Float32Array(this.rows * pair.width));
  }

  /** Makes room for `count` more rows, doubling the tables where they are too small. @param {number} count */
  reserve(count) {
    const needed = this.length + count;
    if (needed > this.capacity) {
      throw new CodedError(
        'cache',
        `the cache holds ${this.length} of at most ${this.capacity} rows and cannot take ${count} more; truncate it or create a larger one`,
      );
    }
    if (needed <= this.rows) return;
    while (this.rows < needed) this.rows = Math.min(this.capacity, this.rows * 2);
    this.tables = this.pairs.map((pair, index) => {
      const grown = new Float32Array(this.rows * pair.width);
      grown.set(this.tables[index].subarray(0, this.length * pair.width));
      return grown;
    });
  }

  /** The rows held, as the view to feed. @param {number} index */
  held(index) {
    const { width } = this.pairs[index];
    if (this.padEmpty && this.length === 0) return new Float32Array(width);
    return this.tables[index].subarray(0, this.length * width);
  }

  /** Where the next `count` rows go, as a view to write into; call `reserve` first. @param {number} index @param {number} count */
  next(index, count) {
    const { width } = this.pairs[index];
    return this.tables[index].subarray(this.length * width, (this.length + count) * width);
  }

  /** @param {number} length */
  truncate(length) {
    if (!Number.isInteger(length) || length < 0 || length > this.length) {
      throw new CodedError('cache', `a cache of ${this.length} rows cannot be truncated to ${length}`);
    }
    this.length = length;
  }

  fork() {
    const copy = new RowStore(this.pairs, this.capacity, this.padEmpty);
    copy.reserve(this.length);
    if (this.length > 0) copy.tables.forEach((table, index) => table.set(this.held(index)));
    copy.length = this.length;
    return copy;
  }
}

module.exports = { CodedError, RowStore };
