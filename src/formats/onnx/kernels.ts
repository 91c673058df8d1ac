/** Convolution kernels in the layouts that the ONNX graph wants. */

import type { Tensor } from '../../network/weights.ts';

/** The input channels from `begin` up to, not including, `end` of an HWIO kernel. */
export function inputs({ shape, data }: Tensor, begin: number, end: number): Tensor {
  const [height, width, channels, outputs] = shape as [number, number, number, number];
  const part = new Float32Array(height * width * (end - begin) * outputs);
  for (let tap = 0; tap < height * width; tap += 1) {
    const from = tap * channels * outputs;
    const chosen = data.subarray(from + begin * outputs, from + end * outputs);
    part.set(chosen, tap * (end - begin) * outputs);
  }
  return { shape: [height, width, end - begin, outputs], data: part };
}

/** HWIO kernel over n channels -> O, 1, H, W * n over interleaved pixels, times `scale`. */
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
