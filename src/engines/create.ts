/** Engine name -> engine. */

import type { Engine } from '../network/engine.ts';

export const ENGINES = ['onnx', 'onnx-cuda', 'tensorflow'] as const;
export type EngineName = (typeof ENGINES)[number];

export interface EngineOptions {
  /** Threads that one painting may use (TensorFlow takes all cores whatever this says). */
  readonly threads: number;
}

const factories: Record<EngineName, (options: EngineOptions) => Promise<Engine>> = {
  onnx: async (options) => (await import('./onnx/engine.ts')).onnxEngine(options),
  'onnx-cuda': async (options) =>
    (await import('./onnx/engine.ts')).onnxEngine({ ...options, device: 'cuda' }),
  tensorflow: async () => (await import('./tensorflow/engine.ts')).tensorflowEngine(),
};

/** Loads only the runtime that was asked for. Rejects with an `EngineUnavailableError`. */
export function createEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  return factories[name](options);
}
