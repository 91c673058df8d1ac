/** ONNX Runtime: the default engine. Graphs are built in memory from the weights. */

import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Engine, Session } from '../core/engine.ts';
import { ONNX_INPUT, ONNX_OUTPUT, onnxModel } from '../core/onnx.ts';

export interface OnnxOptions {
  /** Threads that one painting may use. */
  readonly threads: number;
}

export function onnxEngine({ threads }: OnnxOptions): Engine {
  return {
    name: 'onnx',
    async load(network, weights): Promise<Session> {
      const session = await InferenceSession.create(onnxModel(network, weights), {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // A pattern per picture size would keep twice the memory and gains no time.
        enableMemPattern: false,
        logSeverityLevel: 3,
      });
      return {
        async run({ width, height, data }) {
          const image = new Tensor('uint8', data, [1, height, width, 3]);
          const { [ONNX_OUTPUT]: painting } = await session.run({ [ONNX_INPUT]: image });
          if (!(painting?.data instanceof Uint8Array))
            throw new TypeError('Expected uint8 output.');
          return { width, height, data: painting.data };
        },
        close: () => session.release(),
      };
    },
  };
}
