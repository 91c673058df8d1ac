/** Convolution kernels in the layouts that the ONNX graph wants. */

import { SMOOTH_KERNEL } from './network.ts';
import type { Tensor } from './weights.ts';

/** HWIO kernel over three channels -> O, 1, H, W * 3 over interleaved pixels, times `scale`. */
export function interleave({ shape, data }: Tensor, scale: number): Float32Array {
  const outputs = shape[3]!;
  const taps = data.length / outputs;
  const kernel = new Float32Array(data.length);
  for (let tap = 0; tap < taps; tap += 1) {
    for (let o = 0; o < outputs; o += 1) {
      kernel[o * taps + tap] = data[tap * outputs + o]! * scale;
    }
  }
  return kernel;
}

/** TensorFlow's kernel layout (height, width, in, out) -> ONNX's (out, in, height, width). */
export function toOihw(data: Float32Array, shape: readonly number[]): Float32Array {
  const [height, width, inputs, outputs] = shape as [number, number, number, number];
  const area = height * width;
  const kernel = new Float32Array(data.length);
  for (let tap = 0; tap < area; tap += 1) {
    for (let i = 0; i < inputs; i += 1) {
      for (let o = 0; o < outputs; o += 1) {
        kernel[(o * inputs + i) * area + tap] = data[(tap * inputs + i) * outputs + o]!;
      }
    }
  }
  return kernel;
}

/**
 * The smoothing kernel in polyphase form, 12 -> 12 channels, OIHW: each full-resolution pixel's
 * 3 x 3 neighbourhood lies in a 3 x 3 neighbourhood of phases.
 */
export function phaseKernel(): Float32Array {
  const kernel = new Float32Array(12 * 12 * 9);
  const channel = (row: number, column: number, color: number) => (row * 2 + column) * 3 + color;
  for (let row = 0; row < 2; row += 1) {
    for (let column = 0; column < 2; column += 1) {
      SMOOTH_KERNEL.forEach((weight, tap) => {
        const y = row + Math.floor(tap / 3) - 1;
        const x = column + (tap % 3) - 1;
        const neighbour = (Math.floor(y / 2) + 1) * 3 + Math.floor(x / 2) + 1;
        for (let color = 0; color < 3; color += 1) {
          const from = channel(y & 1, x & 1, color);
          kernel[(channel(row, column, color) * 12 + from) * 9 + neighbour] = weight;
        }
      });
    }
  }
  return kernel;
}
