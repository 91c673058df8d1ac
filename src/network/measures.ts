/** What follows from a network's layer records: parameters, stride, receptive field, cost. */

import type { Extent } from '../pictures/picture.ts';
import { inputChannels, type Layer, type Network } from './layers.ts';

export interface Parameter {
  readonly name: string;
  /** Kernels are HWIO (height, width, input channels, output channels); the rest are vectors. */
  readonly shape: readonly number[];
}

/** Every trained tensor of the network, in layer order. */
export function parameters(network: Network): Parameter[] {
  return network.layers.flatMap(layerParameters);
}

function layerParameters(layer: Layer): Parameter[] {
  switch (layer.kind) {
    case 'convolution': {
      const { name, kernel, inputChannels, outputChannels, bias } = layer;
      const shape = [kernel, kernel, inputChannels, outputChannels];
      return [
        { name: `${name}/kernel`, shape },
        ...(bias ? [{ name: `${name}/bias`, shape: [outputChannels] }] : []),
      ];
    }
    case 'instanceNorm':
      return ['gamma', 'beta'].map((part) => ({
        name: `${layer.name}/${part}`,
        shape: [layer.channels],
      }));
    case 'residual':
      return layer.layers.flatMap(layerParameters);
    default:
      return [];
  }
}

/** Number of trained values. */
export function parameterCount(network: Network): number {
  return parameters(network).reduce((sum, { shape }) => sum + elementCount(shape), 0);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Padded pictures are a multiple of this many pixels on both sides. */
export function stride(network: Network): number {
  return scales(network.layers).reduce((largest, scale) => Math.max(largest, scale), 1);
}

function scales(layers: readonly Layer[]): number[] {
  let scale = 1;
  return layers.map((layer) => {
    scale *= scaleChange(layer);
    return scale;
  });
}

/** Input pixels per output pixel of one layer: 2 where it halves the picture, 1/2 where it doubles. */
function scaleChange(layer: Layer): number {
  if (layer.kind === 'convolution') return layer.stride;
  if (layer.kind === 'depthToSpace') return 1 / layer.block;
  return layer.kind === 'upsample' ? 1 / 2 : 1;
}

/**
 * Side, in input pixels, of the square that one output pixel can see (norm statistics, which see
 * the whole picture, aside).
 */
export function receptiveField(network: Network): number {
  let field = 1;
  let scale = 1;
  const visit = (layer: Layer): void => {
    if (layer.kind === 'residual') layer.layers.forEach(visit);
    if (layer.kind === 'convolution') field += (layer.kernel - 1) * scale;
    if (layer.kind === 'smooth') field += 2 * scale;
    scale *= scaleChange(layer);
  };
  network.layers.forEach(visit);
  return field;
}

/** Size of the picture that the first layer sees: margins added, rounded up to the stride. */
export function paddedExtent(network: Network, { width, height }: Extent): Extent {
  const step = stride(network);
  const pad = (side: number) => Math.ceil((side + 2 * network.margin) / step) * step;
  return { width: pad(width), height: pad(height) };
}

/** Smallest side that can be mirrored by the margin (and the rounding up) in one reflection. */
export function smallestSide(network: Network): number {
  return network.margin + stride(network);
}

/** Multiply-accumulates of the convolutions for one picture of this size. */
export function multiplyAccumulates(network: Network, extent: Extent): number {
  const padded = paddedExtent(network, extent);
  let pixels = padded.width * padded.height;
  let total = 0;
  const visit = (layer: Layer): void => {
    if (layer.kind === 'residual') layer.layers.forEach(visit);
    pixels /= scaleChange(layer) ** 2;
    if (layer.kind === 'convolution') {
      total += pixels * layer.kernel ** 2 * layer.inputChannels * layer.outputChannels;
    }
    if (layer.kind === 'smooth') total += pixels * 9 * 3;
  };
  network.layers.forEach(visit);
  return total;
}

const FLOAT_BYTES = 4;

/**
 * Bytes of float32 activations alive at once, at the most, while one picture of this size is
 * painted: a layer's input and output, and the skip connection inside a residual block.
 */
export function activationBytes(network: Network, extent: Extent): number {
  const padded = paddedExtent(network, extent);
  let channels = inputChannels(network);
  let floats = padded.width * padded.height * channels;
  let peak = floats;
  const visit = (layer: Layer, held: number): void => {
    if (layer.kind === 'residual') {
      const skip = floats;
      for (const inner of layer.layers) visit(inner, held + skip);
      return;
    }
    const before = floats;
    const after = outputChannels(layer, channels);
    floats *= after / channels / scaleChange(layer) ** 2;
    channels = after;
    peak = Math.max(peak, held + before + floats);
  };
  for (const layer of network.layers) visit(layer, 0);
  return peak * FLOAT_BYTES;
}

function outputChannels(layer: Layer, inputChannels: number): number {
  if (layer.kind === 'convolution') return layer.outputChannels;
  return layer.kind === 'depthToSpace' ? inputChannels / layer.block ** 2 : inputChannels;
}
