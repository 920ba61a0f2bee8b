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

/** The folder of this file, as it appears in stack frames: the same question asked of ES modules and CommonJS has no other answer. */
function folderOfThisFile(): string {
  const frame =
    captureStack(folderOfThisFile)
      .stack?.split('\n')
      .find((line) => line.trimStart().startsWith('at ')) ?? '';
  return locationOf(frame).replace(/[^/\\]*$/, '');
}

function locationOf(frame: string): string {
  return (
    /\(?((?:file:\/\/)?[^()\s][^()]*:\d+:\d+)\)?\s*$/.exec(frame.replace(/^\s*at (?:async )?/, ''))?.[1] ?? frame.trim()
  );
}

let packageFolder: string | undefined;

function isForeign(frame: string): boolean {
  if (
    frame.includes('@tensorflow') ||
    frame.includes('tfjs-core') ||
    frame.includes('(node:') ||
    frame.includes('<anonymous>')
  )
    return false;
  packageFolder ??= folderOfThisFile();
  // Tests lie beside the sources; they are users of this package all the same.
  return packageFolder === '' || !frame.includes(packageFolder) || /\.test\.[cm]?[jt]s/.test(frame);
}

/** `file:line:column` of the user's call, or `unknown` where the stack holds nothing but libraries. */
export function callSite(captured: CapturedStack | undefined): string {
  const frames = (captured?.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  const frame = frames.find(isForeign);
  return frame ? locationOf(frame) : 'unknown';
}
