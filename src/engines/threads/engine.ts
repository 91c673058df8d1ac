/**
 * An engine whose sessions paint on threads of their own, so that requests are received, decoded
 * and encoded meanwhile. A thread is started when all others are busy, and a session is loaded on a
 * thread when it first paints there.
 */

import '../onnx/without-telemetry.ts';
import { NEVER } from '../../concurrency/deadline.ts';
import { createSlots } from '../../concurrency/slots.ts';
import type { Engine, LargePicture, Session, SteadyInputs } from '../../network/engine.ts';
import type { PredictorParts, StylePredictor } from '../../network/style-predictor.ts';
import type { Tensor, Weights } from '../../network/weights.ts';
import type { Picture } from '../../pictures/picture.ts';
import type { EngineName } from '../create.ts';
import { largeProcesses } from '../large/runner.ts';
import type { Painted, WorkerCommand } from './messages.ts';
import { startWorkerThread, type WorkerThread } from './worker-thread.ts';

export interface ThreadedEngineOptions {
  readonly engine: EngineName;
  /** Most painting threads: pictures painted at the same time. */
  readonly workers: number;
  /** Threads that each of them may use for one picture. */
  readonly threads: number;
  /** For what is kept of a picture that is painted in strips; what is beyond it goes to disk. */
  readonly stripMemoryBytes?: number;
  readonly scripts: PaintScripts;
}

/** Where the build has put them. */
export interface PaintScripts {
  /** The painting thread. */
  readonly worker: string;
  /** The process that paints large pictures. */
  readonly large: string;
}

export interface ThreadedEngine extends Engine {
  /** Works on the same threads. */
  loadPredictor(parts: PredictorParts): StylePredictor;
  stop(): Promise<void>;
}

/** What a thread has to load before it works with it. */
interface Model {
  readonly session: number;
  readonly loading: WorkerCommand;
}

/** Rejects with an `EngineUnavailableError` where the engine cannot run here. */
export async function threadedEngine(options: ThreadedEngineOptions): Promise<ThreadedEngine> {
  const { engine, workers, threads, stripMemoryBytes = 0, scripts } = options;
  const start = () => startWorkerThread(scripts.worker, { engine, threads });
  const pool = [start()];
  const idle = [...pool];
  const large = largeProcesses(scripts.large);
  const largeRequest = { threads, memoryBytes: stripMemoryBytes };
  const turns = createSlots({ slots: workers, queueSize: Number.POSITIVE_INFINITY });
  let sessions = 0;

  /** Runs `work` on an idle thread, one that has loaded the model if there is one. */
  const onThread = <T>(model: Model, work: (thread: WorkerThread) => Promise<T>): Promise<T> =>
    turns.run(NEVER, async () => {
      // The one that painted last has the most of it in its caches.
      const warm = idle.findLastIndex(({ loaded }) => loaded.has(model.session));
      let thread = idle.splice(warm, 1)[0] ?? added();
      try {
        if (!thread.alive) thread = replaced(thread);
        if (!thread.loaded.has(model.session)) {
          await thread.send(model.loading);
          thread.loaded.add(model.session);
        }
        return await work(thread);
      } finally {
        idle.push(thread);
      }
    });

  const added = (): WorkerThread => {
    const thread = start();
    pool.push(thread);
    return thread;
  };

  const replaced = (dead: WorkerThread): WorkerThread => {
    const fresh = start();
    pool.splice(pool.indexOf(dead), 1, fresh);
    return fresh;
  };

  const closeEverywhere = async (session: number): Promise<void> => {
    const holders = pool.filter(({ loaded, alive }) => alive && loaded.delete(session));
    await Promise.all(holders.map((thread) => thread.send({ kind: 'close', session })));
  };

  const [first] = idle;
  await first?.send({ kind: 'start' }).catch(async (cause: unknown) => {
    await first.stop();
    throw cause;
  });
  return {
    name: engine,
    async load(network, weights, ranges): Promise<Session> {
      const session = sessions++;
      const own = { network, weights: shared(weights), ranges };
      const model: Model = { session, loading: { kind: 'load', session, ...own } };
      await onThread(model, async () => {});
      const numbered = { network, weights, ranges, number: session };
      const painted = async (command: WorkerCommand): Promise<Painted> => {
        const result = await onThread(model, (thread) => thread.send(command));
        if (result && 'painting' in result) return result;
        throw new TypeError('Expected a painting, got none.');
      };
      return {
        run: async (picture) => (await painted({ kind: 'run', session, picture })).painting,
        ...(engine === 'onnx' && {
          async measure(picture: Picture) {
            const { painting, statistics } = await painted({ kind: 'measure', session, picture });
            if (statistics === undefined) throw new TypeError('Expected statistics, got none.');
            return { painting, statistics };
          },
          runSteady: async (picture: Picture, steady: SteadyInputs) =>
            (await painted({ kind: 'run', session, picture, steady })).painting,
        }),
        ...(engine === 'onnx' && {
          runLarge: (job: LargePicture, signal: AbortSignal) =>
            large.paint({ ...largeRequest, instance: numbered, job }, signal),
          expectLarge: () => large.prepare({ ...largeRequest, instance: numbered }),
        }),
        close: () => closeEverywhere(session),
      };
    },
    loadPredictor({ encoder, base, basis }) {
      const session = sessions++;
      const parts = { encoder: shared(encoder), base: shared(base), basis: sharedBasis(basis) };
      const model: Model = { session, loading: { kind: 'load-predictor', session, parts } };
      return {
        async predict(picture) {
          const command = { kind: 'predict', session, picture } as const;
          const result = await onThread(model, (thread) => thread.send(command));
          if (result && 'weights' in result) return result.weights;
          throw new TypeError('Expected weights, got none.');
        },
        close: () => closeEverywhere(session),
      };
    },
    async stop() {
      large.stop();
      await Promise.all(pool.map((thread) => thread.stop()));
    },
  };
}

/** The weights in memory that threads share rather than copy. */
function shared(weights: Weights): Weights {
  return mapped(weights, sharedTensor);
}

function sharedBasis(basis: PredictorParts['basis']): PredictorParts['basis'] {
  return mapped(basis, ({ steps, stepSizes }) => ({
    steps: sharedTensor(steps),
    stepSizes: sharedTensor(stepSizes),
  }));
}

function sharedTensor({ shape, data }: Tensor): Tensor {
  const copy = new Float32Array(new SharedArrayBuffer(data.byteLength));
  copy.set(data);
  return { shape, data: copy };
}

function mapped<A, B>(map: ReadonlyMap<string, A>, change: (value: A) => B): Map<string, B> {
  return new Map([...map].map(([name, value]) => [name, change(value)]));
}
