/** Tensors that live no longer than the work that makes them. */

import * as tf from '@tensorflow/tfjs-core';

/** Like `tf.tidy` for work whose result holds no tensors: all that it made are disposed of. */
export function scoped<T>(work: () => T): T {
  tf.engine().startScope();
  try {
    return work();
  } finally {
    tf.engine().endScope();
  }
}
