// When nodes of two recordings do the same, and when two constants hold the same numbers.
import { sameShape } from './graph-builder';
import { type Node, type Value } from './graph';

export function sameOperation(a: Node, b: Node | undefined): boolean {
  return (
    b !== undefined &&
    a.op === b.op &&
    a.domain === b.domain &&
    a.inputs.length === b.inputs.length &&
    a.outputs.length === b.outputs.length &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes)
  );
}

/** Of constants only. Keeps 0 and −0 apart; NaN equals NaN. */
export function sameConstant(a: Value, b: Value): boolean {
  if (a === b || (a.data === b.data && sameShape(a.shape, b.shape))) return true;
  if (a.type !== b.type || !sameShape(a.shape, b.shape)) return false;
  const [x, y] = [bytesOf(a), bytesOf(b)];
  for (let i = 0; i < x.length; i++) if (x[i] !== y[i]) return sameNumbers(a, b);
  return true;
}

/** By bytes, an order of magnitude faster than by numbers of whatever type: a step's constants are millions, and nearly always the same. */
function bytesOf({ data }: Value): Uint8Array {
  return new Uint8Array(data!.buffer, data!.byteOffset, data!.byteLength);
}

/** There are many NaN. */
function sameNumbers(a: Value, b: Value): boolean {
  for (let i = 0; i < a.data!.length; i++) if (!Object.is(a.data![i], b.data![i])) return false;
  return true;
}
