// Writes tiny ONNX files by hand, field by field of onnx.proto, so that tests need no model file and no exporter.

const ELEMENT_TYPES = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10 };

export interface TestValue {
  name: string;
  type?: keyof typeof ELEMENT_TYPES;
  dims: (number | string)[];
}

export interface TestNode {
  operator: string;
  inputs: string[];
  outputs: string[];
  attributes?: Record<string, number>;
}

function variableInteger(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}

/** A field that holds a number (wire type 0) or bytes, text or a message (wire type 2). */
function field(number: number, value: number | string | number[]): number[] {
  if (typeof value === 'number') return [...variableInteger(number * 8), ...variableInteger(value)];
  const bytes = typeof value === 'string' ? [...Buffer.from(value)] : value;
  return [...variableInteger(number * 8 + 2), ...variableInteger(bytes.length), ...bytes];
}

function valueInfo({ name, type = 'float32', dims }: TestValue): number[] {
  const shape = dims.flatMap((size) => field(1, typeof size === 'number' ? field(1, size) : field(2, size)));
  return [...field(1, name), ...field(2, field(1, [...field(1, ELEMENT_TYPES[type]), ...field(2, shape)]))];
}

function node({ operator, inputs, outputs, attributes = {} }: TestNode): number[] {
  return [
    ...inputs.flatMap((name) => field(1, name)),
    ...outputs.flatMap((name) => field(2, name)),
    ...field(4, operator),
    ...Object.entries(attributes).flatMap(([name, value]) =>
      field(5, [...field(1, name), ...field(3, value), ...field(20, 2)]),
    ),
  ];
}

/** The bytes of a model with these nodes, inputs and outputs (opset 18). */
export function onnxModel(inputs: TestValue[], outputs: TestValue[], nodes: TestNode[]): Uint8Array {
  const graph = [
    ...nodes.flatMap((each) => field(1, node(each))),
    ...field(2, 'test'),
    ...inputs.flatMap((each) => field(11, valueInfo(each))),
    ...outputs.flatMap((each) => field(12, valueInfo(each))),
  ];
  return Uint8Array.from([...field(1, 8), ...field(7, graph), ...field(8, [...field(1, ''), ...field(2, 18)])]);
}

/** y = x + x, of any length. */
export function doublingModel(): Uint8Array {
  return onnxModel(
    [{ name: 'x', dims: ['N'] }],
    [{ name: 'y', dims: ['N'] }],
    [{ operator: 'Add', inputs: ['x', 'x'], outputs: ['y'] }],
  );
}

/** `count` products of a square matrix with itself, one after the other: slow on purpose. */
export function heavyModel(count: number): Uint8Array {
  const nodes = Array.from({ length: count }, (_, index) => ({
    operator: 'MatMul',
    inputs: [index === 0 ? 'x' : `x${index}`, 'x'],
    outputs: [index === count - 1 ? 'y' : `x${index + 1}`],
  }));
  return onnxModel([{ name: 'x', dims: ['N', 'N'] }], [{ name: 'y', dims: ['N', 'N'] }], nodes);
}

/** A running table: `total` is the sum over past and new rows; `row` [1, T, width] is what a cache appends. */
export function cacheModel(width: number): Uint8Array {
  return onnxModel(
    [
      { name: 'x', dims: [1, 'T', width] },
      { name: 'past', dims: [1, 'P', width] },
    ],
    [
      { name: 'rows', dims: [1, 'P+T', width] },
      { name: 'row', dims: [1, 'T', width] },
    ],
    [
      { operator: 'Concat', inputs: ['past', 'x'], outputs: ['rows'], attributes: { axis: 1 } },
      { operator: 'Identity', inputs: ['x'], outputs: ['row'] },
    ],
  );
}

/** The same head by head: `rows` [1, heads, P + T, width] are all rows as they were fed and come, `row` what a cache appends. */
export function headCacheModel(heads: number, width: number): Uint8Array {
  return onnxModel(
    [
      { name: 'x', dims: [1, heads, 'T', width] },
      { name: 'past', dims: [1, heads, 'P', width] },
    ],
    [
      { name: 'rows', dims: [1, heads, 'P+T', width] },
      { name: 'row', dims: [1, heads, 'T', width] },
    ],
    [
      { operator: 'Concat', inputs: ['past', 'x'], outputs: ['rows'], attributes: { axis: 2 } },
      { operator: 'Identity', inputs: ['x'], outputs: ['row'] },
    ],
  );
}

/** What lies in two caches as it is fed; row `s` of x is to be appended to cache `s`. */
export function twoCachesModel(heads: number, width: number): Uint8Array {
  const places = [0, 1];
  return onnxModel(
    [
      { name: 'x', dims: [2, heads, 1, width] },
      ...places.map((place) => ({ name: `past_of_${place}`, dims: [1, heads, `P${place}`, width] })),
    ],
    [
      ...places.map((place) => ({ name: `rows_${place}`, dims: [1, heads, `P${place}`, width] })),
      { name: 'row', dims: [2, heads, 1, width] },
    ],
    [
      ...places.map((place) => ({ operator: 'Identity', inputs: [`past_of_${place}`], outputs: [`rows_${place}`] })),
      { operator: 'Identity', inputs: ['x'], outputs: ['row'] },
    ],
  );
}
