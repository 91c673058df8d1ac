/** ONNX Runtime: the default engine. Graphs are built in memory from the weights. */

import './without-telemetry.ts';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { memoized } from '../../concurrency/memoized.ts';
import { onnxBytesModel } from '../../formats/onnx/bytes-model.ts';
import { ONNX_INPUT, ONNX_OUTPUT } from '../../formats/onnx/ends.ts';
import { onnxModel } from '../../formats/onnx/standard-model.ts';
import {
  ONNX_NOISE_BEGIN,
  ONNX_STATISTICS,
  type StatisticsKind,
} from '../../formats/onnx/statistics.ts';
import type { ActivationRanges } from '../../network/activation-ranges.ts';
import type { Engine, MeasuredPainting, Session, SteadyInputs } from '../../network/engine.ts';
import type { Network } from '../../network/layers.ts';
import type { Weights } from '../../network/weights.ts';
import type { Extent, Picture } from '../../pictures/picture.ts';
import { EngineUnavailableError } from '../unavailable.ts';

export interface OnnxOptions {
  /** Threads that one painting may use. */
  readonly threads: number;
  /** Where it computes; what CUDA cannot do, the processor does. */
  readonly device?: 'cpu' | 'cuda';
}

export function onnxEngine({ threads, device = 'cpu' }: OnnxOptions): Engine {
  return {
    name: device === 'cpu' ? 'onnx' : `onnx-${device}`,
    async load(network, weights, ranges): Promise<Session> {
      const session = await (device === 'cpu'
        ? processorSession(network, weights, ranges, threads)
        : cudaSession(network, weights, ranges, threads));
      const opened: InferenceSession[] = [session];
      const variant = (kind: StatisticsKind) =>
        memoized(async () => {
          const other = await processorSession(network, weights, ranges, threads, {}, kind);
          opened.push(other);
          return other;
        });
      const [telling, given] = [variant('told'), variant('given')];
      return {
        run: (picture) => run(session, picture),
        ...(device === 'cpu' && {
          measure: async (picture: Picture) => measured(await telling(), picture),
          runSteady: async (picture: Picture, inputs: SteadyInputs) =>
            run(await given(), picture, steadyInputs(inputs)),
        }),
        async close() {
          for (const one of opened) await one.release();
        },
      };
    },
  };
}

async function run(
  session: InferenceSession,
  picture: Picture,
  further?: Readonly<Record<string, Tensor>>,
): Promise<Picture> {
  const { [ONNX_OUTPUT]: painting } = await session.run({ ...inputOf(picture), ...further });
  return paintingOf(painting, picture);
}

function steadyInputs({ statistics, noiseBegin: { x, y } }: SteadyInputs) {
  return {
    [ONNX_STATISTICS]: new Tensor('float32', statistics, [2, statistics.length / 2]),
    [ONNX_NOISE_BEGIN]: new Tensor('int64', BigInt64Array.of(BigInt(y), BigInt(x)), [2]),
  };
}

async function measured(session: InferenceSession, picture: Picture): Promise<MeasuredPainting> {
  const { [ONNX_OUTPUT]: painting, [ONNX_STATISTICS]: statistics } = await session.run(
    inputOf(picture),
  );
  if (!(statistics?.data instanceof Float32Array)) throw new TypeError('Expected statistics.');
  return { painting: paintingOf(painting, picture), statistics: statistics.data };
}

function inputOf({ width, height, data }: Picture) {
  return { [ONNX_INPUT]: new Tensor('uint8', data, [1, height, width, 3]) };
}

function paintingOf(painting: Tensor | undefined, { width, height }: Extent): Picture {
  if (!(painting?.data instanceof Uint8Array)) throw new TypeError('Expected uint8 output.');
  return { width, height, data: painting.data };
}

/** As paintings are painted on the processor; `further` options are for who looks at it closely. */
export function processorSession(
  network: Network,
  weights: Weights,
  ranges: ActivationRanges | undefined,
  threads: number,
  further: InferenceSession.SessionOptions = {},
  statistics?: StatisticsKind,
): Promise<InferenceSession> {
  const model = ranges
    ? onnxBytesModel(network, weights, ranges, statistics)
    : onnxModel(network, weights, undefined, statistics);
  // Neither graph has pairs of QuantizeLinear and DequantizeLinear to look for.
  const options = sessionOptions(threads, { disable_quant_qdq: '1' });
  return InferenceSession.create(model, { ...options, ...further });
}

async function cudaSession(
  network: Network,
  weights: Weights,
  ranges: ActivationRanges | undefined,
  threads: number,
): Promise<InferenceSession> {
  return InferenceSession.create(onnxModel(network, weights, ranges), {
    ...sessionOptions(threads),
    executionProviders: ['cuda', 'cpu'],
  }).catch((cause: unknown) => {
    throw new EngineUnavailableError(
      'ENGINE=onnx-cuda needs an NVIDIA GPU, CUDA 12, cuDNN 9 and the runtime built for them: run ' +
        '"ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node".',
      { cause },
    );
  });
}

/** What every session paints with; `further` are the runtime's `session.` settings. */
export function sessionOptions(
  threads: number,
  further: Readonly<Record<string, string>> = {},
): InferenceSession.SessionOptions {
  return {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    extra: {
      session: {
        // Threads that spin take the cores from each other's paintings, and even from their own.
        intra_op: { allow_spinning: '0' },
        ...further,
      },
    },
    // A pattern per picture size would keep twice the memory and gains no time.
    enableMemPattern: false,
    logSeverityLevel: 3,
  };
}
