/** ONNX Runtime in a browser: on the graphics processor, or as WebAssembly. */

import type * as Ort from 'onnxruntime-web';
import { ONNX_INPUT, ONNX_OUTPUT } from '../../formats/onnx/ends.ts';
import { onnxModel } from '../../formats/onnx/standard-model.ts';
import type { Session } from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import type { Weights } from '../../network/weights.ts';
import type { Backend } from './messages.ts';

/** As the build copies them. */
const SCRIPTS: Readonly<Record<Backend, string>> = {
  webgpu: '/assets/ort.webgpu.min.mjs',
  wasm: '/assets/ort.wasm.min.mjs',
};

/** More gain little, and leave the page no processor. */
const MAX_THREADS = 4;

export async function bestBackend(): Promise<Backend> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<object | null> } }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter ? 'webgpu' : 'wasm';
}

/** The same graph as on the server, made here from the same weights. */
export async function openSession(
  backend: Backend,
  network: Network,
  weights: Weights,
): Promise<Session> {
  const { env, InferenceSession, Tensor } = (await import(SCRIPTS[backend])) as typeof Ort;
  env.wasm.wasmPaths = '/assets/';
  env.wasm.numThreads = crossOriginIsolated
    ? Math.min(MAX_THREADS, navigator.hardwareConcurrency)
    : 1;
  const session = await InferenceSession.create(onnxModel(network, weights), {
    executionProviders: [backend],
    logSeverityLevel: 3,
  });
  return {
    async run({ width, height, data }) {
      const image = new Tensor('uint8', data, [1, height, width, 3]);
      const { [ONNX_OUTPUT]: painting } = await session.run({ [ONNX_INPUT]: image });
      if (painting === undefined) throw new TypeError('Expected a painting, got nothing.');
      return { width, height, data: (await painting.getData()) as Uint8Array };
    },
    close: () => session.release(),
  };
}
