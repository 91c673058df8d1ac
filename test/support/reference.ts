/**
 * The network, slowly and plainly: one loop nest per layer over [height][width][channels] floats.
 * Shares nothing with the engines but the layer records and the weights: it is their oracle.
 */

import { type Layer, type Network, NORM_EPSILON } from '../../src/network/layers.ts';
import { noiseAt } from '../../src/network/noise.ts';
import { tensorOf, type Weights } from '../../src/network/weights.ts';
import type { Picture } from '../../src/pictures/picture.ts';

interface Volume {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Float64Array;
}

function volume(height: number, width: number, channels: number): Volume {
  return { height, width, channels, data: new Float64Array(height * width * channels) };
}

const at = (v: Volume, y: number, x: number, c: number) =>
  v.data[(y * v.width + x) * v.channels + c]!;
const put = (v: Volume, y: number, x: number, c: number, value: number) => {
  v.data[(y * v.width + x) * v.channels + c] = value;
};

function fill(v: Volume, value: (y: number, x: number, c: number) => number): Volume {
  for (let y = 0; y < v.height; y += 1)
    for (let x = 0; x < v.width; x += 1)
      for (let c = 0; c < v.channels; c += 1) put(v, y, x, c, value(y, x, c));
  return v;
}

/** Walks back and forth between 0 and size-1. */
function reflect(index: number, size: number): number {
  let i = index;
  while (size > 1 && (i < 0 || i >= size)) i = i < 0 ? -i : 2 * (size - 1) - i;
  return size > 1 ? i : 0;
}

/** Paints a picture of any size; sides under margin + stride (20) are first mirrored up to it. */
export function referencePaint(network: Network, weights: Weights, photo: Picture): Picture {
  const { margin } = network;
  const step = 4;
  const height = Math.max(photo.height, margin + step);
  const width = Math.max(photo.width, margin + step);
  const roundUp = (side: number) => Math.ceil((side + 2 * margin) / step) * step;
  let x = fill(volume(roundUp(height), roundUp(width), network.noise ? 4 : 3), (py, px, c) => {
    const [canvasY, canvasX] = [reflect(py - margin, height), reflect(px - margin, width)];
    if (c === 3) return noiseAt(py, px) / 255 - 0.5;
    const [y, column] = [reflect(canvasY, photo.height), reflect(canvasX, photo.width)];
    return photo.data[(y * photo.width + column) * 3 + c]! / 255 - 0.5;
  });
  for (const layer of network.layers) x = apply(layer, x, weights);
  const data = new Uint8Array(photo.width * photo.height * 3);
  for (let y = 0; y < photo.height; y += 1)
    for (let column = 0; column < photo.width; column += 1)
      for (let c = 0; c < 3; c += 1) {
        const value = Math.min(1, Math.max(0, at(x, y + margin, column + margin, c) + 0.5));
        data[(y * photo.width + column) * 3 + c] = Math.round(value * 255);
      }
  return { width: photo.width, height: photo.height, data };
}

function apply(layer: Layer, x: Volume, weights: Weights): Volume {
  switch (layer.kind) {
    case 'convolution':
      return convolve(layer, x, weights);
    case 'instanceNorm':
      return normalize(layer, x, weights);
    case 'relu':
      return { ...x, data: x.data.map((value) => Math.max(0, value)) };
    case 'upsample':
      return fill(volume(x.height * 2, x.width * 2, x.channels), (y, column, c) =>
        at(x, y >> 1, column >> 1, c),
      );
    case 'depthToSpace': {
      const { block } = layer;
      const channels = x.channels / block ** 2;
      const within = (i: number) => i % block;
      return fill(volume(x.height * block, x.width * block, channels), (y, column, c) => {
        const pixel = within(y) * block + within(column);
        return at(x, Math.floor(y / block), Math.floor(column / block), pixel * channels + c);
      });
    }
    case 'smooth':
      return smooth(x);
    case 'residual': {
      let inner = x;
      for (const next of layer.layers) inner = apply(next, inner, weights);
      return { ...x, data: x.data.map((value, i) => value + inner.data[i]!) };
    }
  }
}

function convolve(
  layer: Extract<Layer, { kind: 'convolution' }>,
  x: Volume,
  weights: Weights,
): Volume {
  const { kernel: size, stride, inputChannels, outputChannels } = layer;
  const kernel = tensorOf(weights, `${layer.name}/kernel`).data;
  const bias = layer.bias ? tensorOf(weights, `${layer.name}/bias`).data : undefined;
  const pad = (size - 1) / 2;
  const output = volume(
    Math.floor((x.height - 1) / stride) + 1,
    Math.floor((x.width - 1) / stride) + 1,
    outputChannels,
  );
  // Plain loops over the arrays: calls for each value would take most of the time of the tests.
  for (let oy = 0; oy < output.height; oy += 1)
    for (let ox = 0; ox < output.width; ox += 1) {
      const to = (oy * output.width + ox) * outputChannels;
      for (let o = 0; o < outputChannels; o += 1) output.data[to + o] = bias?.[o] ?? 0;
      for (let ky = 0; ky < size; ky += 1)
        for (let kx = 0; kx < size; kx += 1) {
          const y = oy * stride + ky - pad;
          const column = ox * stride + kx - pad;
          if (y < 0 || y >= x.height || column < 0 || column >= x.width) continue;
          const from = (y * x.width + column) * inputChannels;
          for (let i = 0; i < inputChannels; i += 1) {
            const tap = ((ky * size + kx) * inputChannels + i) * outputChannels;
            const value = x.data[from + i]!;
            for (let o = 0; o < outputChannels; o += 1) {
              output.data[to + o]! += value * kernel[tap + o]!;
            }
          }
        }
    }
  return output;
}

function normalize(
  { name, channels, phases }: Extract<Layer, { kind: 'instanceNorm' }>,
  x: Volume,
  weights: Weights,
): Volume {
  const gamma = tensorOf(weights, `${name}/gamma`).data;
  const beta = tensorOf(weights, `${name}/beta`).data;
  const pixels = x.height * x.width * phases;
  const channelOf = (i: number) => Math.floor((i % x.channels) / phases);
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  x.data.forEach((value, i) => {
    mean[channelOf(i)]! += value / pixels;
  });
  x.data.forEach((value, i) => {
    variance[channelOf(i)]! += (value - mean[channelOf(i)]!) ** 2 / pixels;
  });
  return fill(volume(x.height, x.width, x.channels), (y, column, phase) => {
    const c = channelOf(phase);
    const normal = (at(x, y, column, phase) - mean[c]!) / Math.sqrt(variance[c]! + NORM_EPSILON);
    return gamma[c]! * normal + beta[c]!;
  });
}

function smooth(x: Volume): Volume {
  const tent = [1, 2, 1];
  const inside = (i: number, size: number) => Math.min(size - 1, Math.max(0, i));
  return fill(volume(x.height, x.width, x.channels), (y, column, c) => {
    let sum = 0;
    for (let dy = -1; dy <= 1; dy += 1)
      for (let dx = -1; dx <= 1; dx += 1)
        sum +=
          (tent[dy + 1]! *
            tent[dx + 1]! *
            at(x, inside(y + dy, x.height), inside(column + dx, x.width), c)) /
          16;
    return sum;
  });
}
