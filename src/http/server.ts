/** The HTTP server's life: it listens, becomes ready, and ends without dropping what it accepted. */

import { createServer, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Services } from '../services.ts';
import { startWork } from '../work.ts';
import { createApp } from './app.ts';
import type { Readiness } from './routes/health.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  /** Resolves when the default style is loaded; rejects where it cannot be. */
  readonly ready: Promise<void>;
  /**
   * Refuses new work, lets accepted requests finish within the configured time, closes all. On
   * connections that stay open, new requests are answered 503 and the connection is closed.
   */
  stop(): Promise<void>;
}

/**
 * A connection on which nothing moves for this long beyond an answer's deadline is closed: its
 * caller has stopped reading.
 */
const STALLED_READER_MS = 30_000;

/** Listens, then loads the default style; `/health/ready` answers 503 until that is done. */
export async function startServer(services: Services): Promise<RunningServer> {
  const { config, log, sessions } = services;
  let readiness: Readiness = 'starting';
  const app = createApp(services, () => readiness);
  const server = createServer(getRequestListener(app.fetch));
  server.setTimeout(Math.min(config.REQUEST_TIMEOUT_MS + STALLED_READER_MS, 2 ** 31 - 1));
  const unanswered = trackResponses(server);
  const port = await listen(server, config.PORT, config.HOST);
  const { ENGINE: engine, WORKERS: workers, THREADS: threads } = config;
  log.info({ port, engine, workers, threads }, 'listening');

  const work = config.WORK ? await startWork(services) : undefined;

  const ready = sessions.warm(services.defaultMix).then(() => {
    if (readiness === 'starting') readiness = 'ok';
  });
  ready.catch(() => {});

  const stop = async (): Promise<void> => {
    readiness = 'shutting-down';
    const closed = stopListening(server);
    await Promise.all([unanswered.drained(config.SHUTDOWN_TIMEOUT_MS), work?.stop()]);
    server.closeAllConnections();
    await closed;
    await ready.catch(() => {});
    await services.close();
    log.info({}, 'stopped');
  };
  return { server, port, ready, stop };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

/** `http.Server.close` would also cut connections whose answer is written but not yet read. */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
}

/** Knows which requests are not fully answered, down to the last byte handed to the system. */
function trackResponses(server: Server) {
  const open = new Set<ServerResponse>();
  let onDrained = () => {};
  server.on('request', (_, response) => {
    open.add(response);
    response.once('close', () => {
      open.delete(response);
      if (open.size === 0) onDrained();
    });
  });
  return {
    drained: (timeoutMs: number): Promise<void> =>
      new Promise((resolve) => {
        if (open.size === 0) return resolve();
        const timer = setTimeout(resolve, timeoutMs);
        onDrained = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
  };
}
