// Constants that another .onnx file holds already: a second graph of the same model then holds its nodes alone, and onnxruntime reads
// the weights out of the first (ONNX calls it external data, which may lie anywhere in a file of the same folder).
import { createHash } from 'node:crypto';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type ExternalPlace } from './encode';

// Field numbers of onnx.proto.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;
/** Fewer bytes are not worth a place in another file. */
const FEWEST_BYTES = 1024;

export interface OtherFile {
  /** Its name, in the same folder. */
  readonly location: string;
  readonly bytes: Uint8Array;
}

/** What finds a constant's bytes among the initializers of another file. */
export function constantsIn({ location, bytes }: OtherFile): (raw: Uint8Array) => ExternalPlace | undefined {
  const places = new Map<string, number>();
  for (const [graphStart, graphEnd] of fieldsOf(bytes, 0, bytes.length, MODEL_GRAPH))
    for (const [start, end] of fieldsOf(bytes, graphStart, graphEnd, GRAPH_INITIALIZER))
      for (const [from, to] of fieldsOf(bytes, start, end, TENSOR_RAW_DATA))
        if (to - from >= FEWEST_BYTES) places.set(keyOf(bytes.subarray(from, to)), from);
  return (raw) => {
    const offset = raw.length < FEWEST_BYTES ? undefined : places.get(keyOf(raw));
    return offset === undefined ? undefined : { location, offset };
  };
}

function keyOf(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('base64');
}

/** Where the contents of a message's field begin and end, for each time that it is there. */
function* fieldsOf(bytes: Uint8Array, start: number, end: number, wanted: number): Generator<[number, number]> {
  const reader = new BinaryReader(bytes.subarray(start, end));
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field !== wanted || type !== WireType.LengthDelimited) {
      reader.skip(type, field);
      continue;
    }
    const length = reader.uint32();
    const from = start + reader.pos;
    yield [from, from + length];
    reader.pos += length;
  }
}
