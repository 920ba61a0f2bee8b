// Turns a graph into the bytes of an .onnx file. Messages are written by the generated protobuf code, but initializers are
// framed by hand: the library copies nested bytes once per nesting level, which for weights costs seconds and gigabytes.
import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

import { TraceError } from '../errors';
import {
  type AttributeProto,
  AttributeProto_AttributeType as AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../generated/onnx_pb';
import {
  type Attribute,
  constantsOf,
  type ElementData,
  type Graph,
  type GraphPort,
  type Node,
  type Value,
} from '../graph';
import { ONNX_TYPE } from '../graph-builder';

/** Operator set 18 (reductions take their axes as input, ScatterND reduces) is understood from onnxruntime 1.14 on. */
const OPERATOR_SET = 18;
const IR_VERSION = 9n;
const PRODUCER = '@gpt-talker/tfjs-onnx';

// Field numbers of onnx.proto for what is framed by hand.
const MODEL_GRAPH = 7;
const GRAPH_INITIALIZER = 5;
const TENSOR_RAW_DATA = 9;

/** Protobuf's own limit for one message. */
const MOST_BYTES = 2 ** 31 - 1;

/** Gives every value of a graph a name: its own where it has one and it is free, a number otherwise. */
class Names {
  private readonly names = new Map<Value, string>();
  private readonly taken = new Set<string>();
  private next = 0;

  fix(value: Value, name: string): void {
    this.names.set(value, name);
    this.taken.add(name);
  }

  has(value: Value): boolean {
    return this.names.has(value);
  }

  of(value: Value | null): string {
    if (!value) return '';
    const known = this.names.get(value);
    if (known !== undefined) return known;
    let name = value.name;
    while (name === undefined || this.taken.has(name))
      name = `${value.node?.op.toLowerCase() ?? 'constant'}_${this.next++}`;
    this.fix(value, name);
    return name;
  }
}

/** Where in another file a constant's bytes lie. */
export interface ExternalPlace {
  /** The file's name; it lies in the same folder. */
  readonly location: string;
  readonly offset: number;
}

export interface EncodeOptions {
  /** Finds constants in another file, which are then not written again. */
  readonly elsewhere?: (raw: Uint8Array) => ExternalPlace | undefined;
  /** Name of a first output that holds no tensor at all, but an empty sequence. */
  readonly emptySequence?: string;
}

/** The file as pieces to be written one after the other; large constants are not copied. */
export function encodeModel(graph: Graph, { emptySequence, elsewhere }: EncodeOptions = {}): Uint8Array[] {
  const names = new Names();
  const identities = namePorts(graph, names);
  const uses = new Set<Value>(
    graph.nodes.flatMap((node) => node.inputs.filter((input): input is Value => input !== null)),
  );
  for (const { value } of graph.outputs) uses.add(value);

  const nodes = [...graph.nodes.map((node) => encodeNode(node, names, uses)), ...identities];
  const skeleton = toBinary(
    GraphProtoSchema,
    create(GraphProtoSchema, {
      name: 'traced',
      node: emptySequence === undefined ? nodes : [sequenceNode(emptySequence), ...nodes],
      input: graph.inputs.map((port) => encodePort(port, port.name)),
      output: [
        ...(emptySequence === undefined ? [] : [sequencePort(emptySequence)]),
        ...graph.outputs.map((port) => encodePort(port, port.name)),
      ],
    }),
  );
  const initializers = constantsOf(graph).flatMap((constant) =>
    frameInitializer(names.of(constant), constant, elsewhere),
  );
  const head = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: PRODUCER,
      opsetImport: operatorSets(graph),
    }),
  );
  const graphBytes = byteLength([skeleton, ...initializers]);
  const frame = new BinaryWriter().tag(MODEL_GRAPH, WireType.LengthDelimited).uint32(graphBytes).finish();
  const parts = [head, frame, skeleton, ...initializers];
  if (byteLength(parts) > MOST_BYTES) {
    throw new TraceError(
      'export',
      `the model has ${byteLength(parts)} bytes, but one .onnx file holds at most ${MOST_BYTES}; export with float16 weights or split the model`,
    );
  }
  return parts;
}

export function byteLength(parts: readonly Uint8Array[]): number {
  return parts.reduce((total, part) => total + part.length, 0);
}

/** The pieces in one array. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(byteLength(parts));
  let position = 0;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

/** Names inputs and outputs. An output that is an input, a constant, or another output too gets an Identity node of its own. */
function namePorts(graph: Graph, names: Names): NodeProto[] {
  for (const { name, value } of graph.inputs) names.fix(value, name);
  const identities: NodeProto[] = [];
  const inputNames = new Set(graph.inputs.map(({ name }) => name));
  const pending: GraphPort[] = [];
  for (const port of graph.outputs) {
    if (inputNames.has(port.name)) {
      throw new TraceError(
        'invalid-argument',
        `an input and an output are both called ${port.name}; rename one of them`,
      );
    }
    if (port.value.node && !names.has(port.value)) names.fix(port.value, port.name);
    else pending.push(port);
  }
  for (const port of pending) {
    const copy: Value = { type: port.value.type, shape: port.value.shape };
    names.fix(copy, port.name);
    identities.push(
      create(NodeProtoSchema, { opType: 'Identity', input: [names.of(port.value)], output: [port.name] }),
    );
  }
  return identities;
}

function encodeNode(node: Node, names: Names, uses: ReadonlySet<Value>): NodeProto {
  const outputs = node.outputs.map((output, index) =>
    index > 0 && node.optionalOutputs && !uses.has(output) ? '' : names.of(output),
  );
  while (outputs.length > 1 && outputs[outputs.length - 1] === '') outputs.pop();
  return create(NodeProtoSchema, {
    // Profilers and viewers distinguish nodes by their names.
    name: outputs[0],
    opType: node.op,
    domain: node.domain,
    input: node.inputs.map((input) => names.of(input)),
    output: outputs,
    attribute: Object.entries(node.attributes).map(([name, attribute]) => encodeAttribute(name, attribute)),
  });
}

function encodeAttribute(name: string, attribute: Attribute): AttributeProto {
  if (typeof attribute === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute) });
  if (typeof attribute === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(attribute) });
  if ('float' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.float });
  if ('floats' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...attribute.floats] });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.map(BigInt) });
}

function encodePort(port: GraphPort, name: string): ValueInfoProto {
  const dim = port.dims.map((length) => {
    if (length === null) return {};
    return typeof length === 'string'
      ? { value: { case: 'dimParam' as const, value: length } }
      : { value: { case: 'dimValue' as const, value: BigInt(length) } };
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: ONNX_TYPE[port.type], shape: { dim } } } },
  });
}

function sequenceNode(output: string): NodeProto {
  return create(NodeProtoSchema, { name: output, opType: 'SequenceEmpty', output: [output] });
}

function sequencePort(name: string): ValueInfoProto {
  const elemType = create(TypeProtoSchema, {
    value: { case: 'tensorType', value: { elemType: ONNX_TYPE.float32, shape: { dim: [] } } },
  });
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'sequenceType', value: { elemType } } } });
}

function operatorSets(graph: Graph): ReturnType<typeof create<typeof OperatorSetIdProtoSchema>>[] {
  const others = [...new Set(graph.nodes.map((node) => node.domain))].filter((domain) => domain !== '').sort();
  return [
    create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(OPERATOR_SET) }),
    ...others.map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
  ];
}

function frameInitializer(
  name: string,
  constant: Value & { data: ElementData },
  elsewhere: EncodeOptions['elsewhere'],
): Uint8Array[] {
  const { data } = constant;
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const place = elsewhere?.(raw);
  const fields = toBinary(
    TensorProtoSchema,
    create(TensorProtoSchema, {
      name,
      dims: constant.shape.map(BigInt),
      dataType: ONNX_TYPE[constant.type],
      ...(place && externalFields(place, raw.length)),
    }),
  );
  const frameOf = (length: number) =>
    new BinaryWriter().tag(GRAPH_INITIALIZER, WireType.LengthDelimited).uint32(length).finish();
  if (place) return [frameOf(fields.length), fields];
  const rawFrame = new BinaryWriter().tag(TENSOR_RAW_DATA, WireType.LengthDelimited).uint32(raw.length).finish();
  return [frameOf(fields.length + rawFrame.length + raw.length), fields, rawFrame, raw];
}

function externalFields({ location, offset }: ExternalPlace, length: number) {
  const entries = Object.entries({ location, offset: String(offset), length: String(length) });
  return {
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: entries.map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  };
}
