/** The plane of noise (`network/noise.ts`) in ONNX's standard operators, for a picture of any size. */

import { NOISE_TABLES, type NoiseTable } from '../../network/noise.ts';
import { type OnnxGraph, UINT8, type Value } from './graph.ts';

/** uint8 [1, h, w, 1]; `extent` holds h and w, `begin` the row and column of the plane that come first; 0 where absent. */
export function noisePlane(graph: OnnxGraph, extent: Value, begin?: Value): Value {
  const [a, b] = NOISE_TABLES.map((table) => tiled(graph, table, extent, begin)) as [Value, Value];
  // A cast to bytes discards what lies above them.
  const bytes = graph.node('Cast', [graph.node('Add', [a, b])], { to: UINT8 });
  const shape = graph.node('Concat', [graph.int64s([1]), extent, graph.int64s([1])], { axis: 0 });
  return graph.node('Reshape', [bytes, shape]);
}

/** int32 [h, w]: the table, repeated. */
function tiled(
  graph: OnnxGraph,
  { height, width, data }: NoiseTable,
  extent: Value,
  begin: Value | undefined,
): Value {
  const sides = graph.int64s([height, width]);
  const table = graph.node('Reshape', [graph.int32s(data), sides]);
  const first = begin ? graph.node('Mod', [begin, sides]) : graph.int64s([0, 0]);
  const end = begin ? graph.node('Add', [extent, first]) : extent;
  const times = graph.node('Add', [graph.node('Div', [end, sides]), graph.int64s([1, 1])]);
  const repeated = graph.node('Tile', [table, times]);
  return graph.node('Slice', [repeated, first, end, graph.int64s([0, 1])]);
}
