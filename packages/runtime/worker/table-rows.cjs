// @ts-check
// How tables of keys and values grow. What holds them, what feeds them and what counts their memory ask here, on both sides of the thread border.
'use strict';

/** Tables without heads begin with so many rows, and double. */
const FIRST_ROWS = 256;
/** Tables by heads are fed whole, so they have few rows to spare. */
const ROW_STEP = 64;

/**
 * How many rows tables have that hold `length` of at most `capacity`. Those by heads may have more than that: nothing is held there.
 * @param {number} length @param {number} capacity @param {boolean} byHeads
 */
function tableRows(length, capacity, byHeads) {
  if (byHeads) return Math.max(1, Math.ceil(length / ROW_STEP)) * ROW_STEP;
  let rows = Math.min(capacity, FIRST_ROWS);
  while (rows < length) rows = Math.min(capacity, rows * 2);
  return rows;
}

module.exports = { tableRows };
