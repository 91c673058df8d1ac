/**
 * A thread that paints. The runtimes compute on the thread that calls them, so they are called
 * from here and never from the thread that answers requests.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../../network/engine.ts';
import type { StylePredictor } from '../../network/style-predictor.ts';
import { createEngine } from '../create.ts';
import { onnxStylePredictor } from '../onnx/style-predictor.ts';
import type { WorkerCommand, WorkerOptions, WorkerReply } from './messages.ts';

const { engine: name, threads } = workerData as WorkerOptions;
const engine = createEngine(name, { threads });
const sessions = new Map<number, Promise<Session>>();
const predictors = new Map<number, StylePredictor>();

parentPort?.on('message', async ({ id, command }: { id: number; command: WorkerCommand }) => {
  parentPort?.postMessage(await reply(id, command));
});

async function reply(id: number, command: WorkerCommand): Promise<WorkerReply> {
  try {
    return { id, result: await perform(command) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { name, message } };
  }
}

async function loaded(id: number): Promise<Session> {
  const session = await sessions.get(id);
  if (session === undefined) throw notLoaded(id);
  return session;
}

function notLoaded(session: number): TypeError {
  return new TypeError(`Session ${session} is not loaded.`);
}

async function perform(command: WorkerCommand): Promise<WorkerReply['result']> {
  switch (command.kind) {
    case 'start':
      await engine;
      return undefined;
    case 'load': {
      const { network, weights, ranges } = command;
      const session = (await engine).load(network, weights, ranges);
      sessions.set(command.session, session);
      await session.catch((cause: unknown) => {
        sessions.delete(command.session);
        throw cause;
      });
      return undefined;
    }
    case 'run': {
      const { picture, steady } = command;
      const session = await loaded(command.session);
      return {
        painting: await (steady ? session.runSteady!(picture, steady) : session.run(picture)),
      };
    }
    case 'measure':
      return (await loaded(command.session)).measure!(command.picture);
    case 'load-predictor':
      // Small, and the same whatever paints.
      predictors.set(command.session, await onnxStylePredictor(command.parts, { threads }));
      return undefined;
    case 'predict': {
      const predictor = predictors.get(command.session);
      if (predictor === undefined) throw notLoaded(command.session);
      return { weights: await predictor.predict(command.picture) };
    }
    case 'close': {
      const session = sessions.get(command.session) ?? predictors.get(command.session);
      sessions.delete(command.session);
      predictors.delete(command.session);
      await (await session)?.close();
      return undefined;
    }
  }
}
