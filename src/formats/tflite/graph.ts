/** A TensorFlow Lite graph while it is built: constants, values and the operators between them. */

import type {
  OptionField,
  Quantization,
  TfliteOperator,
  TfliteOperatorName,
  TfliteTensor,
  TfliteType,
} from './file.ts';

/** A tensor of the graph, by its index. */
export interface Value {
  readonly index: number;
  /** Batch, height, width, channels. */
  readonly shape: Shape;
}

export type Shape = readonly [number, number, number, number];

export type Graph = ReturnType<typeof tfliteGraph>;

export function tfliteGraph() {
  const tensors: TfliteTensor[] = [];
  const operators: TfliteOperator[] = [];

  const add = (tensor: Omit<TfliteTensor, 'name'>, name?: string): number => {
    tensors.push({
      name: name ?? `${tensor.data ? 'constant' : 'value'}/${tensors.length}`,
      ...tensor,
    });
    return tensors.length - 1;
  };
  const constant = (
    type: TfliteType,
    values: Float32Array | Int32Array | Int8Array | Uint8Array,
    shape: readonly number[],
    quantization?: Quantization,
  ) => {
    const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    return { index: add({ type, shape, data, ...(quantization && { quantization }) }) };
  };
  const integers = (values: readonly number[], shape: readonly number[] = [values.length]) =>
    constant('int32', Int32Array.from(values), shape);

  return {
    tensors,
    operators,
    constant,
    integers,
    floats: (values: ArrayLike<number>, shape: readonly number[] = []) =>
      constant('float32', Float32Array.from(values), shape),
    /** Rows and columns added on each side, as padding operators take them. */
    pads: (before: number, below = before, right = before) =>
      integers([0, 0, before, below, before, right, 0, 0], [4, 2]),
    tensor(
      shape: Shape,
      type: TfliteType = 'float32',
      quantization?: Quantization,
      name?: string,
    ): Value {
      return { index: add({ type, shape, ...(quantization && { quantization }) }, name), shape };
    },
    operator(
      name: TfliteOperatorName,
      inputs: readonly { readonly index: number }[],
      output: Value,
      options: readonly OptionField[] = [],
    ): Value {
      operators.push({
        name,
        inputs: inputs.map(({ index }) => index),
        output: output.index,
        options,
      });
      return output;
    },
  };
}
