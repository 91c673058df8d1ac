/** Padding by one pixel made of slices: TensorFlow.js has no gradient for mirrored padding. */

import * as tf from '@tensorflow/tfjs-core';

/** Repeats the outermost pixels: [n, h, w, c] -> [n, h + 2, w + 2, c]. */
export function edgePadded(x: tf.Tensor4D): tf.Tensor4D {
  return framed(framed(x, 1, 0), 2, 0);
}

/** Mirrors without repeating the edge: [n, h, w, c] -> [n, h + 2, w + 2, c]; h, w at least 2. */
export function reflected(x: tf.Tensor4D): tf.Tensor4D {
  return framed(framed(x, 1, 1), 2, 1);
}

/** Puts the line `inset` from either end of an axis before and after it. */
function framed(x: tf.Tensor4D, axis: 1 | 2, inset: number): tf.Tensor4D {
  const line = (index: number) => {
    const begin: [number, number, number, number] = [0, 0, 0, 0];
    const size: [number, number, number, number] = [...x.shape];
    begin[axis] = index;
    size[axis] = 1;
    return tf.slice4d(x, begin, size);
  };
  return tf.concat([line(inset), x, line(x.shape[axis] - 1 - inset)], axis);
}
