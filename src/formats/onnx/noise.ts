/** The plane of noise (`network/noise.ts`) in ONNX's standard operators, for a picture of any size. */

import { NOISE_TABLES, type NoiseTable } from '../../network/noise.ts';
import { type OnnxGraph, UINT8, type Value } from './graph.ts';

/** uint8 [1, h, w, 1]; `extent` holds h and w. */
export function noisePlane(graph: OnnxGraph, extent: Value): Value {
  const [a, b] = NOISE_TABLES.map((table) => tiled(graph, table, extent)) as [Value, Value];
  // A cast to bytes discards what lies above them.
  const bytes = graph.node('Cast', [graph.node('Add', [a, b])], { to: UINT8 });
  const shape = graph.node('Concat', [graph.int64s([1]), extent, graph.int64s([1])], { axis: 0 });
  return graph.node('Reshape', [bytes, shape]);
}

/** int32 [h, w]: the table, repeated. */
function tiled(graph: OnnxGraph, { height, width, data }: NoiseTable, extent: Value): Value {
  const sides = graph.int64s([height, width]);
  const table = graph.node('Reshape', [graph.int32s(data), sides]);
  const times = graph.node('Add', [graph.node('Div', [extent, sides]), graph.int64s([1, 1])]);
  const repeated = graph.node('Tile', [table, times]);
  return graph.node('Slice', [repeated, graph.int64s([0, 0]), extent, graph.int64s([0, 1])]);
}
