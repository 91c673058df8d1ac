/** What a layer gives, in the form that the next one reads. */

import type { Scale } from '../../network/quantization.ts';
import { bytesNormalized, floatsNormalized, type NormalizedBytes } from './byte-norm.ts';
import type { OnnxGraph, Value } from './graph.ts';
import { channelsFirst, channelsLast } from './layout.ts';
import { quantized } from './rounding.ts';

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
    bytes: (scale) => channelsLast(graph, quantized(graph, value, scale)),
    floats: () => channelsLast(graph, value),
    planes: () => value,
  };
}

/** Of float32 [1, h, w, channels]. */
export function floatsReading(graph: OnnxGraph, value: Value): Reading {
  return {
    bytes: (scale) => quantized(graph, value, scale),
    floats: () => value,
    planes: () => channelsFirst(graph, value),
  };
}

/** Of bytes before instance norm, which is done on the way. */
export function normalizedReading(
  graph: OnnxGraph,
  value: NormalizedBytes,
  isRectified: boolean,
): Reading {
  const floats = () => {
    const normalized = floatsNormalized(graph, value);
    return isRectified ? graph.node('Relu', [normalized]) : normalized;
  };
  const inFloats = () => floatsReading(graph, floats());
  return {
    // Rounding to bytes of which the lowest means zero rectifies.
    bytes: (scale) =>
      isRectified && scale.zero !== 0
        ? inFloats().bytes(scale)
        : bytesNormalized(graph, value, scale),
    floats,
    planes: () => inFloats().planes(),
  };
}
