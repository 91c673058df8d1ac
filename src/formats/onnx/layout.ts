/** Between planes [1, channels, h, w] and pixels [1, h, w, channels]. */

import type { OnnxGraph, Value } from './graph.ts';

export function channelsLast(graph: OnnxGraph, planes: Value, output?: Value): Value {
  return graph.node('Transpose', [planes], { perm: [0, 2, 3, 1] }, output);
}

export function channelsFirst(graph: OnnxGraph, pixels: Value): Value {
  return graph.node('Transpose', [pixels], { perm: [0, 3, 1, 2] });
}
