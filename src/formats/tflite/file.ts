/**
 * Writes TensorFlow Lite files: one subgraph as FlatBuffers tables
 * (https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/schema/schema.fbs).
 * Fields are named by their position in the schema's tables.
 */

import { Builder } from 'flatbuffers';

const TYPES = { float32: 0, int32: 2, uint8: 3, int8: 9 } as const;

/** Built-in operators with their code, their version for the types used here, and their options. */
const OPERATORS = {
  add: { code: 0, version: 1, options: 11 },
  concatenation: { code: 2, version: 1, options: 10 },
  convolution: { code: 3, version: 3, options: 1 },
  depthwiseConvolution: { code: 4, version: 1, options: 2 },
  depthToSpace: { code: 5, version: 1, options: 94 },
  dequantize: { code: 6, version: 2, options: 38 },
  multiply: { code: 18, version: 1, options: 21 },
  relu: { code: 19, version: 1, options: 0 },
  pad: { code: 34, version: 2, options: 22 },
  mean: { code: 40, version: 1, options: 27 },
  subtract: { code: 41, version: 1, options: 28 },
  slice: { code: 65, version: 2, options: 48 },
  reciprocalSquareRoot: { code: 76, version: 1, options: 0 },
  resizeNearest: { code: 97, version: 1, options: 74 },
  squaredDifference: { code: 99, version: 1, options: 76 },
  mirrorPad: { code: 100, version: 1, options: 77 },
  quantize: { code: 114, version: 1, options: 89 },
} as const;

export type TfliteOperatorName = keyof typeof OPERATORS;
export type TfliteType = keyof typeof TYPES;

/** What an integer stands for: `scale * (integer - zero)`, by channel of one axis or for all. */
export interface Quantization {
  readonly scales: ArrayLike<number>;
  readonly zeros: readonly number[];
  readonly axis?: number;
}

export interface TfliteTensor {
  readonly name: string;
  readonly type: TfliteType;
  readonly shape: readonly number[];
  readonly quantization?: Quantization;
  /** Of a constant, little-endian. */
  readonly data?: Uint8Array;
}

/** A field of an options table by its position; booleans and enumerations are bytes. */
export type OptionField =
  | { readonly slot: number; readonly byte: number }
  | { readonly slot: number; readonly integer: number };

export interface TfliteOperator {
  readonly name: TfliteOperatorName;
  /** Tensors by their index. */
  readonly inputs: readonly number[];
  readonly output: number;
  readonly options: readonly OptionField[];
}

export interface TfliteGraph {
  readonly description: string;
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly input: number;
  readonly output: number;
}

const SCHEMA_VERSION = 3;
const FILE_IDENTIFIER = 'TFL3';
/** Of constants, as the schema asks. */
const ALIGNMENT_BYTES = 16;

type Offset = number;

export function tfliteFile({
  description,
  tensors,
  operators,
  input,
  output,
}: TfliteGraph): Uint8Array {
  const builder = new Builder(1 << 20);
  const constants = tensors.filter(({ data }) => data !== undefined);
  const names = [...new Set(operators.map(({ name }) => name))];
  const bufferOf = (tensor: TfliteTensor) => constants.indexOf(tensor) + 1;

  const buffers = [undefined, ...constants.map(({ data }) => data)].map((data) => {
    const bytes = data && alignedBytes(builder, data);
    return table(builder, 1, () => bytes && builder.addFieldOffset(0, bytes, 0));
  });
  const tensorTables = tensors.map((tensor) => tensorTable(builder, tensor, bufferOf(tensor)));
  const operatorTables = operators.map((operator) =>
    operatorTable(builder, operator, names.indexOf(operator.name)),
  );
  const subgraph = subgraphTable(builder, tensorTables, operatorTables, input, output);
  const codes = names.map((name) => codeTable(builder, name));
  const parts = [offsets(builder, codes), offsets(builder, [subgraph])] as const;
  const text = builder.createString(description);
  const data = offsets(builder, buffers);
  const model = table(builder, 5, () => {
    builder.addFieldInt32(0, SCHEMA_VERSION, 0);
    builder.addFieldOffset(1, parts[0], 0);
    builder.addFieldOffset(2, parts[1], 0);
    builder.addFieldOffset(3, text, 0);
    builder.addFieldOffset(4, data, 0);
  });
  builder.finish(model, FILE_IDENTIFIER);
  return builder.asUint8Array();
}

function tensorTable(builder: Builder, tensor: TfliteTensor, buffer: number): Offset {
  const shape = integers(builder, tensor.shape);
  const name = builder.createString(tensor.name);
  const quantization = tensor.quantization && quantizationTable(builder, tensor.quantization);
  return table(builder, 5, () => {
    builder.addFieldOffset(0, shape, 0);
    builder.addFieldInt8(1, TYPES[tensor.type], 0);
    builder.addFieldInt32(2, buffer, 0);
    builder.addFieldOffset(3, name, 0);
    if (quantization) builder.addFieldOffset(4, quantization, 0);
  });
}

function quantizationTable(builder: Builder, { scales, zeros, axis = 0 }: Quantization): Offset {
  builder.startVector(4, scales.length, 4);
  for (const scale of Array.from(scales).reverse()) builder.addFloat32(scale);
  const scaleVector = builder.endVector();
  builder.startVector(8, zeros.length, 8);
  for (const zero of zeros.toReversed()) builder.addInt64(BigInt(zero));
  const zeroVector = builder.endVector();
  return table(builder, 7, () => {
    builder.addFieldOffset(2, scaleVector, 0);
    builder.addFieldOffset(3, zeroVector, 0);
    builder.addFieldInt32(6, axis, 0);
  });
}

function operatorTable(builder: Builder, operator: TfliteOperator, code: number): Offset {
  const inputs = integers(builder, operator.inputs);
  const outputs = integers(builder, [operator.output]);
  const optionsType = OPERATORS[operator.name].options;
  const options = optionsType > 0 && optionsTable(builder, operator.options);
  return table(builder, 5, () => {
    builder.addFieldInt32(0, code, 0);
    builder.addFieldOffset(1, inputs, 0);
    builder.addFieldOffset(2, outputs, 0);
    builder.addFieldInt8(3, optionsType, 0);
    if (options) builder.addFieldOffset(4, options, 0);
  });
}

function optionsTable(builder: Builder, fields: readonly OptionField[]): Offset {
  const size = Math.max(0, ...fields.map(({ slot }) => slot + 1));
  return table(builder, size, () => {
    for (const field of fields) {
      if ('byte' in field) builder.addFieldInt8(field.slot, field.byte, 0);
      else builder.addFieldInt32(field.slot, field.integer, 0);
    }
  });
}

function subgraphTable(
  builder: Builder,
  tensors: readonly Offset[],
  operators: readonly Offset[],
  input: number,
  output: number,
): Offset {
  const vectors = [
    offsets(builder, tensors),
    integers(builder, [input]),
    integers(builder, [output]),
    offsets(builder, operators),
  ];
  return table(builder, vectors.length, () => {
    vectors.forEach((vector, slot) => {
      builder.addFieldOffset(slot, vector, 0);
    });
  });
}

/** The code stands twice: readers from before there were more than 127 operators want a byte. */
function codeTable(builder: Builder, name: TfliteOperatorName): Offset {
  const { code, version } = OPERATORS[name];
  return table(builder, 4, () => {
    builder.addFieldInt8(0, code, 0);
    builder.addFieldInt32(2, version, 1);
    builder.addFieldInt32(3, code, 0);
  });
}

function table(builder: Builder, fields: number, add: () => void): Offset {
  builder.startObject(fields);
  add();
  return builder.endObject();
}

function offsets(builder: Builder, values: readonly Offset[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addOffset(value);
  return builder.endVector();
}

function integers(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

function alignedBytes(builder: Builder, data: Uint8Array): Offset {
  builder.startVector(1, data.byteLength, ALIGNMENT_BYTES);
  for (let i = data.byteLength - 1; i >= 0; i -= 1) builder.addInt8(data[i]!);
  return builder.endVector();
}
