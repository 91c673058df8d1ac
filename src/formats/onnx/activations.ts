/** What a layer gives, in the form that the next one reads. */

import type { Scale } from '../../network/quantization.ts';
import { bytesNormalised, floatsNormalised, type NormalisedBytes } from './byte-norm.ts';
import type { OnnxGraph, Value } from './graph.ts';
import { channelsFirst, channelsLast } from './layout.ts';
import { quantised } from './rounding.ts';

/** Every call adds nodes to the graph. */
export interface Reading {
  /** uint8 [1, h, w, channels]. */
  bytes(scale: Scale): Value;
  /** float32 [1, h, w, channels]. */
  floats(): Value;
  /** float32 [1, channels, h, w]. */
  planes(): Value;
}

/** Of float32 [1, channels, h, w]. */
export function planesReading(graph: OnnxGraph, value: Value): Reading {
  return {
    bytes: (scale) => channelsLast(graph, quantised(graph, value, scale)),
    floats: () => channelsLast(graph, value),
    planes: () => value,
  };
}

/** Of float32 [1, h, w, channels]. */
export function floatsReading(graph: OnnxGraph, value: Value): Reading {
  return {
    bytes: (scale) => quantised(graph, value, scale),
    floats: () => value,
    planes: () => channelsFirst(graph, value),
  };
}

/** Of bytes before instance norm, which is done on the way. */
export function normalisedReading(
  graph: OnnxGraph,
  value: NormalisedBytes,
  isRectified: boolean,
): Reading {
  const floats = () => {
    const normalised = floatsNormalised(graph, value);
    return isRectified ? graph.node('Relu', [normalised]) : normalised;
  };
  const inFloats = () => floatsReading(graph, floats());
  return {
    // Rounding to bytes of which the lowest means zero rectifies.
    bytes: (scale) =>
      isRectified && scale.zero !== 0
        ? inFloats().bytes(scale)
        : bytesNormalised(graph, value, scale),
    floats,
    planes: () => inFloats().planes(),
  };
}
