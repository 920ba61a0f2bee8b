// @ts-check
// How many threads one operator is worth on this machine. onnxruntime's own default is one for each core that it counts, and on some virtual
// machines it counts one core where there are several.
'use strict';

const fs = require('node:fs');
const os = require('node:os');

const PROCESSORS = '/sys/devices/system/cpu';

/** Cores of a Linux machine, each once however many hardware threads it has; undefined where that cannot be known. */
function cores() {
  try {
    const processors = fs.readdirSync(PROCESSORS).filter((name) => /^cpu\d+$/.test(name));
    return new Set(processors.flatMap(siblings)).size || undefined;
  } catch {
    return undefined;
  }
}

/** The processors that are one core with this one, as text; none where it is switched off. @param {string} processor */
function siblings(processor) {
  try {
    return [fs.readFileSync(`${PROCESSORS}/${processor}/topology/thread_siblings_list`, 'utf8')];
  } catch {
    return [];
  }
}

/**
 * Threads for each of `sharedBy` sessions that compute at the same time: what OMP_NUM_THREADS says, as with other libraries of numbers, else as
 * many as there are cores that this process may use. Undefined where onnxruntime had better decide.
 * @param {number} [sharedBy]
 */
function defaultThreads(sharedBy = 1) {
  const told = Number.parseInt(process.env.OMP_NUM_THREADS ?? '', 10);
  const counted = told >= 1 ? told : cores();
  if (counted === undefined && sharedBy === 1) return undefined;
  const usable = told >= 1 ? told : os.availableParallelism();
  return Math.max(1, Math.floor(Math.min(counted ?? usable, usable) / sharedBy));
}

module.exports = { defaultThreads };
