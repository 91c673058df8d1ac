/** Network -> TensorFlow graph (NHWC) as the nodes of a TensorFlow.js graph model. */

import {
  type Convolution,
  type Layer,
  type Network,
  NORM_EPSILON,
  SMOOTH_KERNEL,
} from '../../network/layers.ts';
import { parameters, stride } from '../../network/measures.ts';
import { NOISE_TABLES } from '../../network/noise.ts';

export interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr: Record<string, object>;
}

export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  /** Absent for trained tensors, whose values come with the weights. */
  readonly values?: Int32Array | Float32Array | Uint8Array;
}

export interface TensorflowGraph {
  readonly nodes: GraphNode[];
  readonly constants: readonly Constant[];
  readonly signature: object;
}

export const TENSORFLOW_INPUT = 'image';
export const TENSORFLOW_OUTPUT = 'painting';

/** Names of the graph's own constants begin with this; trained tensors never do. */
export const CONSTANT_PREFIX = 'constant/';

const type = (name: 'DT_FLOAT' | 'DT_INT32' | 'DT_UINT8') => ({ type: name });
const text = (value: string) => ({ s: btoa(value) });
const list = (...values: number[]) => ({ list: { i: values.map(String) } });
const NHWC = { data_format: text('NHWC') };
const FLOATS = { T: type('DT_FLOAT') };
const INTEGERS = { T: type('DT_INT32') };

/** uint8 [1, height, width, 3] in and out, any size from the margin up. */
export function tensorflowGraph(network: Network): TensorflowGraph {
  const builder = graphBuilder();
  for (const { name, shape } of parameters(network)) builder.trained(name, shape);
  builder.placeholder(TENSORFLOW_INPUT);
  const entered = enter(builder, network);
  const painted = network.layers.reduce((x, layer) => lower(builder, x, layer), entered);
  leave(builder, network, painted);
  const picture = (name: string) => ({
    name: `${name}:0`,
    dtype: 'DT_UINT8',
    tensorShape: { dim: [{ size: '1' }, { size: '-1' }, { size: '-1' }, { size: '3' }] },
  });
  return {
    nodes: builder.nodes,
    constants: builder.constants,
    signature: {
      inputs: { [TENSORFLOW_INPUT]: picture(TENSORFLOW_INPUT) },
      outputs: { [TENSORFLOW_OUTPUT]: picture(TENSORFLOW_OUTPUT) },
    },
  };
}

function graphBuilder() {
  const nodes: GraphNode[] = [];
  const constants: Constant[] = [];

  const addConstant = (constant: Constant): string => {
    const { name, shape, values } = constant;
    const dtype = type(
      values === undefined || values instanceof Float32Array ? 'DT_FLOAT' : 'DT_INT32',
    );
    const tensorShape = { dim: shape.map((size) => ({ size: String(size) })) };
    const value = { tensor: { dtype: dtype.type, tensorShape } };
    nodes.push({ name, op: 'Const', attr: { dtype, value } });
    constants.push(constant);
    return name;
  };
  const own = (values: Int32Array | Float32Array | Uint8Array, shape: readonly number[]) =>
    addConstant({ name: `${CONSTANT_PREFIX}${constants.length}`, shape, values });

  return {
    nodes,
    constants,
    placeholder(name: string): void {
      const shape = { shape: { unknownRank: false, dim: [{ size: '1' }, { size: '-1' }] } };
      shape.shape.dim.push({ size: '-1' }, { size: '3' });
      nodes.push({ name, op: 'Placeholder', attr: { dtype: type('DT_UINT8'), shape } });
    },
    trained: (name: string, shape: readonly number[]) => addConstant({ name, shape }),
    floats: (values: readonly number[], shape: readonly number[] = []) =>
      own(Float32Array.from(values), shape),
    integers: (values: readonly number[], shape: readonly number[]) =>
      own(Int32Array.from(values), shape),
    /** int32, stored as bytes. */
    bytes: (values: Uint8Array, shape: readonly number[]) => own(values, shape),
    node(op: string, input: string[], attr: Record<string, object>, name?: string): string {
      const output = name ?? `${op}/${nodes.length}`;
      nodes.push({ name: output, op, input, attr });
      return output;
    },
  };
}

type GraphBuilder = ReturnType<typeof graphBuilder>;

/** float32 [1, H, W, channels] in -0.5..0.5: the picture with mirrored margins, rounded up to the stride, and noise. */
function enter(builder: GraphBuilder, network: Network): string {
  const { node, integers, floats } = builder;
  const shape = node('Shape', [TENSORFLOW_INPUT], {
    T: type('DT_UINT8'),
    out_type: type('DT_INT32'),
  });
  const paddings = marginsOf(builder, network, shape);
  const padded = node('MirrorPad', [TENSORFLOW_INPUT, paddings], {
    T: type('DT_UINT8'),
    Tpaddings: type('DT_INT32'),
    mode: text('REFLECT'),
  });
  const colors = node('Cast', [padded], { SrcT: type('DT_UINT8'), DstT: type('DT_FLOAT') });
  const seen = network.noise
    ? node('ConcatV2', [colors, noisePlane(builder, colors), integers([3], [])], {
        ...FLOATS,
        N: { i: '2' },
        Tidx: type('DT_INT32'),
      })
    : colors;
  return node('Sub', [node('Mul', [seen, floats([1 / 255])], FLOATS), floats([0.5])], FLOATS);
}

/** base + [0, (-side) mod stride]. */
function marginsOf({ node, integers }: GraphBuilder, network: Network, shape: string): string {
  const { margin } = network;
  const step = stride(network);
  const negative = node('Mul', [shape, integers([-1], [])], INTEGERS);
  const missing = node('FloorMod', [negative, integers([1, step, step, 1], [4])], INTEGERS);
  const rows = node('Reshape', [missing, integers([4, 1], [2])], {
    ...INTEGERS,
    Tshape: type('DT_INT32'),
  });
  const ends = node('Mul', [rows, integers([0, 1], [1, 2])], INTEGERS);
  const base = integers([0, 0, margin, margin, margin, margin, 0, 0], [4, 2]);
  return node('AddV2', [ends, base], INTEGERS);
}

/** float32 [1, H, W, 1] in 0..255: the two tables of `noise.ts`, repeated and added up modulo 256. */
function noisePlane({ node, integers, bytes }: GraphBuilder, colors: string): string {
  const shape = node('Shape', [colors], { ...FLOATS, out_type: type('DT_INT32') });
  const extent = node('Mul', [shape, integers([1, 1, 1, 0], [4])], INTEGERS);
  const size = node('AddV2', [extent, integers([0, 0, 0, 1], [4])], INTEGERS);
  const [a, b] = NOISE_TABLES.map(({ height, width, data }) => {
    const sides = [1, height, width, 1];
    const whole = node('FloorDiv', [extent, integers([1, height, width, 1], [4])], INTEGERS);
    const times = node('AddV2', [whole, integers([0, 1, 1, 1], [4])], INTEGERS);
    const repeated = node('Tile', [bytes(data, sides), times], {
      ...INTEGERS,
      Tmultiples: type('DT_INT32'),
    });
    return node('Slice', [repeated, integers([0, 0, 0, 0], [4]), size], {
      ...INTEGERS,
      Index: type('DT_INT32'),
    });
  }) as [string, string];
  const sum = node('AddV2', [a, b], INTEGERS);
  const remainder = node('FloorMod', [sum, integers([256], [])], INTEGERS);
  return node('Cast', [remainder], { SrcT: type('DT_INT32'), DstT: type('DT_FLOAT') });
}

function lower(builder: GraphBuilder, value: string, layer: Layer): string {
  const { node, integers } = builder;
  switch (layer.kind) {
    case 'convolution':
      return convolve(builder, value, layer);
    case 'instanceNorm':
      return normalize(builder, value, layer.name);
    case 'relu':
      return node('Relu', [value], FLOATS);
    case 'upsample': {
      const axis = integers([3], []);
      const copies = node('ConcatV2', [value, value, value, value, axis], {
        ...FLOATS,
        N: { i: '4' },
        Tidx: type('DT_INT32'),
      });
      return depthToSpace(builder, copies, 2);
    }
    case 'depthToSpace':
      return depthToSpace(builder, value, layer.block);
    case 'smooth':
      return smooth(builder, value);
    case 'residual': {
      const inner = layer.layers.reduce((x, next) => lower(builder, x, next), value);
      return node('AddV2', [value, inner], FLOATS);
    }
  }
}

function convolve({ node }: GraphBuilder, value: string, layer: Convolution): string {
  const { name, kernel, stride: step, bias } = layer;
  const pad = kernel >> 1;
  const convolved = node('Conv2D', [value, `${name}/kernel`], {
    ...FLOATS,
    ...NHWC,
    strides: list(1, step, step, 1),
    dilations: list(1, 1, 1, 1),
    padding: text('EXPLICIT'),
    explicit_paddings: list(0, 0, pad, pad, pad, pad, 0, 0),
  });
  return bias ? node('BiasAdd', [convolved, `${name}/bias`], { ...FLOATS, ...NHWC }) : convolved;
}

/** gamma * (x - mean) / sqrt(variance + epsilon) + beta, over height and width. */
function normalize({ node, integers, floats }: GraphBuilder, value: string, name: string): string {
  const mean = (input: string) =>
    node('Mean', [input, integers([1, 2], [2])], {
      ...FLOATS,
      Tidx: type('DT_INT32'),
      keep_dims: { b: true },
    });
  const average = mean(value);
  const variance = mean(node('SquaredDifference', [value, average], FLOATS));
  const stabilised = node('AddV2', [variance, floats([NORM_EPSILON])], FLOATS);
  const factor = node('Mul', [node('Rsqrt', [stabilised], FLOATS), `${name}/gamma`], FLOATS);
  const centered = node('Sub', [value, average], FLOATS);
  return node('AddV2', [node('Mul', [centered, factor], FLOATS), `${name}/beta`], FLOATS);
}

function depthToSpace({ node }: GraphBuilder, value: string, block: number): string {
  return node('DepthToSpace', [value], { ...FLOATS, ...NHWC, block_size: { i: `${block}` } });
}

/** Symmetric mirroring by one pixel is edge padding. */
function smooth({ node, integers, floats }: GraphBuilder, value: string): string {
  const padded = node('MirrorPad', [value, integers([0, 0, 1, 1, 1, 1, 0, 0], [4, 2])], {
    ...FLOATS,
    Tpaddings: type('DT_INT32'),
    mode: text('SYMMETRIC'),
  });
  const kernel = floats(
    SMOOTH_KERNEL.flatMap((weight) => [weight, weight, weight]),
    [3, 3, 3, 1],
  );
  return node('DepthwiseConv2dNative', [padded, kernel], {
    ...FLOATS,
    ...NHWC,
    strides: list(1, 1, 1, 1),
    dilations: list(1, 1, 1, 1),
    padding: text('VALID'),
  });
}

/** x -> round(255 * clip(x + 0.5, 0, 1)), its margin cropped. */
function leave({ node, integers, floats }: GraphBuilder, { margin }: Network, x: string): void {
  const shifted = node('AddV2', [x, floats([0.5])], FLOATS);
  const clipped = node('ClipByValue', [shifted, floats([0]), floats([1])], FLOATS);
  const rounded = node('Round', [node('Mul', [clipped, floats([255])], FLOATS)], FLOATS);
  const extent = node('Shape', [TENSORFLOW_INPUT], {
    T: type('DT_UINT8'),
    out_type: type('DT_INT32'),
  });
  const cropped = node('Slice', [rounded, integers([0, margin, margin, 0], [4]), extent], {
    ...FLOATS,
    Index: type('DT_INT32'),
  });
  const cast = { SrcT: type('DT_FLOAT'), DstT: type('DT_UINT8') };
  node('Cast', [cropped], cast, TENSORFLOW_OUTPUT);
}
