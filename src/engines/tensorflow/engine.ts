/** TensorFlow through tfjs-node, an optional dependency that is loaded on demand. */

import type * as TensorFlow from '@tensorflow/tfjs-node';
import { TENSORFLOW_INPUT, TENSORFLOW_OUTPUT } from '../../formats/tensorflow/graph.ts';
import { graphModel } from '../../formats/tensorflow/graph-model.ts';
import type { Engine, Session } from '../../network/engine.ts';
import { loadTensorflow } from './module.ts';

/** Throws an {@link EngineUnavailableError} where tfjs-node is not installed. */
export async function tensorflowEngine(): Promise<Engine> {
  const tf = await loadTensorflow();
  return {
    name: 'tensorflow',
    async load(network, weights): Promise<Session> {
      const { model, weightData } = graphModel(network, weights, 'float32');
      const graph = await tf.loadGraphModel(
        tf.io.fromMemory({
          modelTopology: model.modelTopology,
          signature: model.signature,
          weightSpecs: model.weightsManifest[0].weights,
          weightData: Uint8Array.from(weightData).buffer,
        }),
      );
      return {
        async run({ width, height, data }) {
          const painting = tf.tidy(() => {
            const image = tf.tensor4d(data, [1, height, width, 3], 'int32');
            return graph.execute(
              { [TENSORFLOW_INPUT]: image },
              TENSORFLOW_OUTPUT,
            ) as TensorFlow.Tensor;
          });
          const values = await painting.data();
          painting.dispose();
          return { width, height, data: Uint8Array.from(values) };
        },
        async close() {
          graph.dispose();
        },
      };
    },
  };
}
