/**
 * Network + weights <-> TensorFlow.js graph model: the format in which styles ship, loadable by
 * `tf.loadGraphModel` in Node and in browsers (where uint8 pictures enter as int32 tensors).
 */

import { FormatError } from '../../errors.ts';
import { fromFloat16, toFloat16 } from '../../network/float16.ts';
import type { Network } from '../../network/layers.ts';
import { elementCount } from '../../network/measures.ts';
import { type Tensor, tensorOf, type Weights } from '../../network/weights.ts';
import { concat } from '../bytes.ts';
import { CONSTANT_PREFIX, type GraphNode, tensorflowGraph } from './graph.ts';

interface WeightSpec {
  name: string;
  shape: number[];
  dtype: 'float32' | 'int32';
  quantization?:
    | { dtype: 'float16'; original_dtype: 'float32' }
    | { dtype: 'uint8'; original_dtype: 'int32'; scale: 1; min: 0 };
}

export interface GraphModel {
  format: 'graph-model';
  generatedBy: string;
  convertedBy: null;
  signature: object;
  modelTopology: { node: GraphNode[]; versions: { producer: number } };
  weightsManifest: [{ paths: [string]; weights: WeightSpec[] }];
}

/** How integers up to 255 are stored. */
const BYTES = {
  dtype: 'int32',
  quantization: { dtype: 'uint8', original_dtype: 'int32', scale: 1, min: 0 },
} as const;

const BYTE_WIDTHS = { float16: 2, uint8: 1 } as const;

export interface GraphModelFiles {
  readonly model: GraphModel;
  /** Values in manifest order, little-endian. */
  readonly weightData: Uint8Array;
}

export const GRAPH_MODEL_FILE = 'model.json';
export const GRAPH_WEIGHTS_FILE = 'weights.bin';

/**
 * `model.json` and `weights.bin` of a network. `float16` halves the file; the loader widens the
 * values again. Constants of the graph itself (paddings, the smoothing kernel) stay exact.
 */
export function graphModel(
  network: Network,
  weights: Weights,
  precision: 'float32' | 'float16',
): GraphModelFiles {
  const graph = tensorflowGraph(network);
  const parts: Uint8Array[] = [];
  const specs = graph.constants.map(({ name, shape, values }): WeightSpec => {
    if (values !== undefined) {
      parts.push(bytesOf(values));
      if (values instanceof Uint8Array) return { ...BYTES, name, shape: [...shape] };
      const dtype = values instanceof Int32Array ? 'int32' : 'float32';
      return { name, shape: [...shape], dtype };
    }
    const { data } = tensorOf(weights, name);
    const half = precision === 'float16';
    parts.push(bytesOf(half ? toFloat16(data) : data));
    return {
      name,
      shape: [...shape],
      dtype: 'float32',
      ...(half && { quantization: { dtype: 'float16', original_dtype: 'float32' } }),
    };
  });
  const model: GraphModel = {
    format: 'graph-model',
    generatedBy: network.name,
    convertedBy: null,
    signature: graph.signature,
    modelTopology: { node: graph.nodes, versions: { producer: 1087 } },
    weightsManifest: [{ paths: [GRAPH_WEIGHTS_FILE], weights: specs }],
  };
  return { model, weightData: concat(parts) };
}

/**
 * The trained tensors of a graph model, widened to float32; the graph's own constants are left
 * out. Throws a `FormatError` that says what does not fit.
 */
export function readGraphModel(model: unknown, weightData: Uint8Array): Weights {
  const specs = weightSpecs(model);
  const tensors = new Map<string, Tensor>();
  let offset = 0;
  for (const spec of specs) {
    const { name, shape, dtype, quantization } = spec;
    const width = quantization === undefined ? 4 : BYTE_WIDTHS[quantization.dtype];
    const end = offset + elementCount(shape) * width;
    if (end > weightData.byteLength) {
      throw new FormatError(`Expected weights up to byte ${end}, found ${weightData.byteLength}.`);
    }
    const data = Uint8Array.from(weightData.subarray(offset, end)).buffer;
    offset = end;
    if (dtype !== 'float32' || name.startsWith(CONSTANT_PREFIX)) continue;
    const values = width === 2 ? fromFloat16(new Uint16Array(data)) : new Float32Array(data);
    tensors.set(name, { shape, data: values });
  }
  if (offset !== weightData.byteLength) {
    throw new FormatError(`Expected ${offset} bytes of weights, found ${weightData.byteLength}.`);
  }
  return tensors;
}

function weightSpecs(model: unknown): WeightSpec[] {
  const manifest = (model as Partial<GraphModel> | null)?.weightsManifest;
  const specs = Array.isArray(manifest) ? manifest.flatMap((group) => group.weights) : [];
  const valid = specs.every(
    (spec) =>
      typeof spec?.name === 'string' &&
      Array.isArray(spec.shape) &&
      spec.shape.every((side) => Number.isSafeInteger(side) && side >= 0) &&
      (spec.quantization === undefined || spec.quantization.dtype in BYTE_WIDTHS),
  );
  if (specs.length === 0 || !valid) {
    throw new FormatError('Expected a TensorFlow.js graph model with float32 or float16 weights.');
  }
  return specs;
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
