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
  for (let i = 0; i < a.data!.length; i++) if (!Object.is(a.data![i], b.data![i])) return false;
  return true;
}
