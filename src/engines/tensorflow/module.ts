/** tfjs-node, an optional dependency, loaded on demand. Loading it makes it TensorFlow.js's backend. */

import type * as TensorFlow from '@tensorflow/tfjs-node';
import { EngineUnavailableError } from '../unavailable.ts';

/** Throws an {@link EngineUnavailableError} that says what to install. */
export async function loadTensorflow(): Promise<typeof TensorFlow> {
  restoreRemovedNodeFunctions();
  try {
    return await import('@tensorflow/tfjs-node');
  } catch (cause) {
    throw new EngineUnavailableError(
      'TensorFlow needs @tensorflow/tfjs-node, which is not installed or has no native binding ' +
        'here: run "npm install @tensorflow/tfjs-node@4.22.0". (To paint, ENGINE=onnx does without.)',
      { cause },
    );
  }
}

/**
 * tfjs-node 4.22, the last release, calls `util.isNullOrUndefined`, which Node 23 removed
 * (https://github.com/tensorflow/tfjs/issues/8609).
 */
function restoreRemovedNodeFunctions(): void {
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: unknown };
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}
