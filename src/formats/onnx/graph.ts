/**
 * A small builder of ONNX models: nodes and constants in, `ModelProto` bytes out.
 * Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
 */

import { concat } from '../bytes.ts';
import { bytes, type Field, float, integer, integers, message, text } from '../protobuf.ts';

const IR_VERSION = 8;

const STANDARD = { domain: '', opset: 17 } as const;

/** Operators of ONNX Runtime alone, https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md. */
const RUNTIME = { domain: 'com.microsoft', opset: 1 } as const;

const DATA_TYPE = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, float16: 10 } as const;
type DataType = keyof typeof DATA_TYPE;

/** The numbers of types for attributes that name one, such as Cast's. */
export const { float32: FLOAT32, float16: FLOAT16, uint8: UINT8, int32: INT32 } = DATA_TYPE;

const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Name of a value (tensor) that flows through the graph. */
export type Value = string;

export type Attribute = number | string | readonly number[] | { readonly float: number };

export interface ValueInfo {
  readonly name: string;
  readonly type: DataType;
  /** A name stands for a size known only at run time. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxGraph {
  /** A constant float32 tensor. */
  floats(data: ArrayLike<number>, shape: readonly number[]): Value;
  /** A constant int64 vector. */
  int64s(data: readonly number[]): Value;
  /** A constant int32 vector. */
  int32s(data: ArrayLike<number>): Value;
  /** A constant uint8 scalar. */
  byte(value: number): Value;
  /** A constant int8 tensor. */
  int8s(data: Int8Array, shape: readonly number[]): Value;
  /** Adds a node of one output and returns that output's value. */
  node(
    operator: string,
    inputs: readonly Value[],
    attributes?: Record<string, Attribute>,
    output?: Value,
  ): Value;
  /** The same of an operator that ONNX Runtime has beyond the standard. */
  runtimeNode(
    operator: string,
    inputs: readonly Value[],
    attributes?: Record<string, Attribute>,
  ): Value;
  /** The finished model. */
  model(name: string, inputs: readonly ValueInfo[], outputs: readonly ValueInfo[]): Uint8Array;
}

export function onnxGraph(): OnnxGraph {
  const nodes: Field[] = [];
  const constants: Field[] = [];
  let count = 0;
  let isStandard = true;
  const fresh = (hint: string): Value => `${hint}_${count++}`;

  const constant = (type: DataType, shape: readonly number[], data: ArrayBufferView): Value => {
    const name = fresh('constant');
    const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const dims = shape.length > 0 ? [integers(1, shape)] : [];
    const fields = [...dims, integer(2, DATA_TYPE[type]), text(8, name), bytes(9, raw)];
    constants.push(message(5, fields));
    return name;
  };

  const add = (
    operator: string,
    inputs: readonly Value[],
    attributes: Record<string, Attribute>,
    output: Value,
    domain: string,
  ): Value => {
    const fields = [
      ...inputs.map((input) => text(1, input)),
      text(2, output),
      text(3, output),
      text(4, operator),
      ...Object.entries(attributes).map(([name, value]) => message(5, attribute(name, value))),
      text(7, domain),
    ];
    nodes.push(message(1, fields));
    return output;
  };

  return {
    floats: (data, shape) => constant('float32', shape, Float32Array.from(data)),
    int64s: (data) => constant('int64', [data.length], BigInt64Array.from(data, BigInt)),
    int32s: (data) => constant('int32', [data.length], Int32Array.from(data)),
    byte: (value) => constant('uint8', [], Uint8Array.of(value)),
    int8s: (data, shape) => constant('int8', shape, data),
    node: (operator, inputs, attributes = {}, output = fresh(operator)) =>
      add(operator, inputs, attributes, output, STANDARD.domain),
    runtimeNode(operator, inputs, attributes = {}) {
      isStandard = false;
      return add(operator, inputs, attributes, fresh(operator), RUNTIME.domain);
    },
    model: (name, inputs, outputs) =>
      concat([
        integer(1, IR_VERSION),
        text(2, 'impasto'),
        message(7, [
          ...nodes,
          text(2, name),
          ...constants,
          ...inputs.map((input) => message(11, valueInfo(input))),
          ...outputs.map((output) => message(12, valueInfo(output))),
        ]),
        ...[STANDARD, ...(isStandard ? [] : [RUNTIME])].map(({ domain, opset }) =>
          message(8, [text(1, domain), integer(2, opset)]),
        ),
      ]),
  };
}

function attribute(name: string, value: Attribute): Field[] {
  if (typeof value === 'number') {
    return [text(1, name), integer(3, value), integer(20, ATTRIBUTE_TYPE.int)];
  }
  if (typeof value === 'string') {
    return [text(1, name), text(4, value), integer(20, ATTRIBUTE_TYPE.string)];
  }
  if ('float' in value) {
    return [text(1, name), float(2, value.float), integer(20, ATTRIBUTE_TYPE.float)];
  }
  const list = value.map((item) => integer(8, item));
  return [text(1, name), ...list, integer(20, ATTRIBUTE_TYPE.ints)];
}

function valueInfo({ name, type, shape }: ValueInfo): Field[] {
  const dimensions = shape.map((side) =>
    message(1, [typeof side === 'number' ? integer(1, side) : text(2, side)]),
  );
  const tensor = message(1, [integer(1, DATA_TYPE[type]), message(2, dimensions)]);
  return [text(1, name), message(2, [tensor])];
}
