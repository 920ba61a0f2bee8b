// @ts-check
// Key/value rows beside the session that uses them: one Float32Array per pair, fed as a zero-copy view.
// Growing a cache as a graph output would copy all of it for every token; here only the new rows are written.
//
// A pair without heads has a table [rows, width]. With heads it is [heads, rows, width / heads], each head's rows one behind the
// other, because a matrix-vector product is as fast as its operand is read. Such a table is fed whole; the caller masks what is not
// held yet.
'use strict';

const { tableRows } = require('./table-rows.cjs');

/** @typedef {import('../src/session-types').CachePair} CachePair */

/** A failure with a code, which the other side turns into a RuntimeError. */
class CodedError extends Error {
  /** @param {import('../src/errors').RuntimeErrorCode} code @param {string} message */
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

class KvStore {
  /** @param {readonly CachePair[]} pairs @param {number} capacity rows at most @param {boolean} padEmpty */
  constructor(pairs, capacity, padEmpty) {
    this.pairs = pairs;
    this.capacity = capacity;
    this.padEmpty = padEmpty;
    this.byHeads = pairs.some((pair) => pair.heads !== undefined);
    this.length = 0;
    this.rows = tableRows(0, capacity, this.byHeads);
    this.tables = pairs.map((pair) => new Float32Array(this.rows * pair.width));
  }

  /** @param {number} count rows to come */
  checkRoom(count) {
    if (this.length + count <= this.capacity) return;
    throw new CodedError(
      'cache',
      `the cache holds ${this.length} of at most ${this.capacity} rows and cannot take ${count} more; truncate it or create a larger one`,
    );
  }

  /** Makes room for `count` more rows where the tables are too small. @param {number} count */
  reserve(count) {
    this.checkRoom(count);
    const needed = this.length + count;
    if (needed > this.rows) this.resize(tableRows(needed, this.capacity, this.byHeads));
  }

  /** Tables of this many rows, at least those held. @param {number} rows */
  resize(rows) {
    const before = this.rows;
    this.rows = rows;
    this.tables = this.pairs.map(({ width, heads = 1 }, index) => {
      const grown = new Float32Array(rows * width);
      const each = width / heads;
      for (let head = 0; head < heads; head++) {
        const held = head * before * each;
        grown.set(this.tables[index].subarray(held, held + this.length * each), head * rows * each);
      }
      return grown;
    });
  }

  /** The table as it is fed, and its shape. @param {number} index @returns {{ data: Float32Array, dims: number[] }} */
  fed(index) {
    const { width, heads } = this.pairs[index];
    if (heads !== undefined) return { data: this.tables[index], dims: [1, heads, this.rows, width / heads] };
    if (this.padEmpty && this.length === 0) return { data: new Float32Array(width), dims: [1, 1, width] };
    return { data: this.tables[index].subarray(0, this.length * width), dims: [1, this.length, width] };
  }

  /** Writes new rows behind those held; call `reserve` first. @param {number} index @param {Float32Array} data [count, width], or [heads, count, width / heads] @param {number} count @param {number} [start] where in `data` they begin */
  write(index, data, count, start = 0) {
    const { width, heads = 1 } = this.pairs[index];
    const table = this.tables[index];
    const each = width / heads;
    for (let head = 0; head < heads; head++) {
      const to = (head * this.rows + this.length) * each;
      const from = start + head * count * each;
      // One row is too short for the cost of a view.
      if (count === 1) for (let at = 0; at < each; at++) table[to + at] = data[from + at];
      else table.set(data.subarray(from, from + count * each), to);
    }
  }

  /** @param {number} length */
  truncate(length) {
    if (!Number.isInteger(length) || length < 0 || length > this.length) {
      throw new CodedError('cache', `a cache of ${this.length} rows cannot be truncated to ${length}`);
    }
    this.length = length;
    // How many rows there are, and are fed, follows from how many are held, whatever happened before.
    this.resize(tableRows(length, this.capacity, this.byHeads));
  }

  fork() {
    const copy = new KvStore(this.pairs, this.capacity, this.padEmpty);
    if (this.byHeads) {
      copy.rows = this.rows;
      copy.tables = this.tables.map((table) => table.slice());
    } else {
      copy.reserve(this.length);
      copy.tables.forEach((table, index) =>
        table.set(this.fed(index).data.subarray(0, this.length * this.pairs[index].width)),
      );
    }
    copy.length = this.length;
    return copy;
  }
}

module.exports = { CodedError, KvStore };
