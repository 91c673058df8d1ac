/** Which optional parts are installed on this machine. */

import { tensorflowEngine } from '../../src/engines/tensorflow.ts';

/** Why the TensorFlow engine's tests are skipped; undefined where it is installed. */
export const tensorflowMissing = await tensorflowEngine().then(
  () => undefined,
  () => 'tfjs-node is not installed: npm install @tensorflow/tfjs-node@4.22.0',
);
