/** ONNX Runtime in a browser: on the graphics processor, or as WebAssembly. */

import type * as Ort from 'onnxruntime-web';
import { ONNX_INPUT, ONNX_OUTPUT } from '../../formats/onnx/ends.ts';
import { onnxModel } from '../../formats/onnx/standard-model.ts';
import {
  ONNX_NOISE_BEGIN,
  ONNX_STATISTICS,
  type StatisticsKind,
} from '../../formats/onnx/statistics.ts';
import type { ActivationRanges } from '../../network/activation-ranges.ts';
import type { MeasuredPainting, NetworkStatistics, Session } from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import type { Weights } from '../../network/weights.ts';
import type { Extent, Picture } from '../../pictures/picture.ts';
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

/** The same graphs as on the server, made here from the same weights; in 8 bits where there are ranges. */
export async function openSession(
  backend: Backend,
  network: Network,
  weights: Weights,
  ranges: ActivationRanges | undefined,
): Promise<Session> {
  const { env, InferenceSession, Tensor } = (await import(SCRIPTS[backend])) as typeof Ort;
  env.wasm.wasmPaths = '/assets/';
  env.wasm.numThreads = crossOriginIsolated
    ? Math.min(MAX_THREADS, navigator.hardwareConcurrency)
    : 1;
  const open = (kind: StatisticsKind) =>
    InferenceSession.create(onnxModel(network, weights, ranges, kind), {
      executionProviders: [backend],
      logSeverityLevel: 3,
    });
  const telling = await open('told');
  const given = await open('given');
  const inputOf = ({ width, height, data }: Picture) => ({
    [ONNX_INPUT]: new Tensor('uint8', data, [1, height, width, 3]),
  });
  const measured = async (picture: Picture): Promise<MeasuredPainting> => {
    const outputs = await telling.run(inputOf(picture));
    const statistics = await dataOf(outputs[ONNX_STATISTICS]);
    return {
      painting: await paintingOf(outputs[ONNX_OUTPUT], picture),
      statistics: statistics as NetworkStatistics,
    };
  };
  return {
    run: async (picture) => (await measured(picture)).painting,
    measure: measured,
    async runSteady(picture, { statistics, noiseBegin: { x, y } }) {
      const shape = [2, statistics.length / 2];
      const outputs = await given.run({
        ...inputOf(picture),
        [ONNX_STATISTICS]: new Tensor('float32', statistics, shape),
        [ONNX_NOISE_BEGIN]: new Tensor('int64', BigInt64Array.of(BigInt(y), BigInt(x)), [2]),
      });
      return paintingOf(outputs[ONNX_OUTPUT], picture);
    },
    async close() {
      for (const session of [telling, given]) await session.release();
    },
  };
}

async function paintingOf(
  painting: Ort.Tensor | undefined,
  { width, height }: Extent,
): Promise<Picture> {
  return { width, height, data: (await dataOf(painting)) as Uint8Array };
}

function dataOf(tensor: Ort.Tensor | undefined): Promise<Ort.Tensor['data']> {
  if (tensor === undefined) throw new TypeError('Expected an output of the network, got none.');
  return tensor.getData();
}
