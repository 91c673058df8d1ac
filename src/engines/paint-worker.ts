/**
 * A thread that paints. The runtimes compute on the thread that calls them, so they are called
 * from here and never from the thread that answers requests.
 */

import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../core/engine.ts';
import { createEngine } from './create.ts';
import type { WorkerCommand, WorkerOptions, WorkerReply } from './worker-messages.ts';

const { engine: name, threads } = workerData as WorkerOptions;
const engine = createEngine(name, { threads });
const sessions = new Map<number, Promise<Session>>();

/** Large pictures under way, by the number of their command. */
const abortable = new Map<number, AbortController>();

parentPort?.on('message', async ({ id, command }: { id: number; command: WorkerCommand }) => {
  parentPort?.postMessage(await reply(id, command));
});

async function reply(id: number, command: WorkerCommand): Promise<WorkerReply> {
  try {
    return { id, result: await perform(command, id) };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { id, error: { name, message } };
  }
}

async function perform(command: WorkerCommand, id: number): Promise<WorkerReply['result']> {
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
      const session = await sessions.get(command.session);
      if (session === undefined) throw new TypeError(`Session ${command.session} is not loaded.`);
      return session.run(command.picture);
    }
    case 'run-large': {
      const session = await sessions.get(command.session);
      if (session?.runLarge === undefined) throw new TypeError('This engine paints in one piece.');
      const controller = new AbortController();
      abortable.set(id, controller);
      try {
        await session.runLarge(command.job, controller.signal);
      } finally {
        abortable.delete(id);
      }
      return undefined;
    }
    case 'abort':
      abortable.get(command.command)?.abort();
      return undefined;
    case 'close': {
      const session = sessions.get(command.session);
      sessions.delete(command.session);
      await (await session)?.close();
      return undefined;
    }
  }
}
