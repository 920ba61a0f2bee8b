// Finds the line of the user's code that asked for an op: the first stack frame that is neither TensorFlow.js nor this package.

/** A captured stack, formatted only when someone asks for it (formatting is the expensive part). */
export interface CapturedStack {
  stack?: string;
}

const DEEP_ENOUGH = 60;

/** Remembers where we are; `boundary` and everything above it is left out. */
export function captureStack(boundary: (...args: never[]) => unknown): CapturedStack {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP_ENOUGH;
  const captured: CapturedStack = {};
  Error.captureStackTrace(captured, boundary);
  Error.stackTraceLimit = limit;
  return captured;
}

function isForeign(frame: string): boolean {
  if (frame.includes('@tensorflow') || frame.includes('tfjs-core') || frame.includes('(node:') || frame.includes('<anonymous>')) return false;
  // Tests lie beside the sources; they are users of this package all the same.
  return !frame.includes(PACKAGE_FOLDER) || /\.test\.[cm]?[jt]s/.test(frame);
}

const PACKAGE_FOLDER = __dirname;

/** `file:line:column` of the user's call, or `unknown` where the stack holds nothing but libraries. */
export function callSite(captured: CapturedStack | undefined): string {
  const frames = (captured?.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  const frame = frames.find(isForeign);
  if (!frame) return 'unknown';
  const location = /\(?((?:file:\/\/)?[^()\s][^()]*:\d+:\d+)\)?\s*$/.exec(frame.replace(/^\s*at (?:async )?/, ''));
  return location ? location[1] : frame.trim();
}
