/** The HTTP server's life: it listens, becomes ready, and ends without dropping what it accepted. */

import { createServer, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import type { Services } from '../services.ts';
import { createApp } from './app.ts';
import type { Readiness } from './routes/health.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  /** Stops accepting, lets accepted requests finish within the configured time, closes all. */
  stop(): Promise<void>;
}

/** Listens, then loads the default style; `/health/ready` answers 503 until that is done. */
export async function startServer(services: Services): Promise<RunningServer> {
  const { config, log, sessions } = services;
  let readiness: Readiness = 'starting';
  const app = createApp(services, () => readiness);
  const server = createServer(getRequestListener(app.fetch));
  const port = await listen(server, config.PORT, config.HOST);
  log.info(
    { port, engine: config.ENGINE, workers: config.WORKERS, threads: config.THREADS },
    'listening',
  );

  const warm = sessions.warm(services.defaultMix).then(
    () => {
      if (readiness === 'starting') readiness = 'ok';
    },
    (err: unknown) => log.error({ err }, 'the default style could not be loaded'),
  );

  const stop = async (): Promise<void> => {
    readiness = 'shutting-down';
    await drained(server, config.SHUTDOWN_TIMEOUT_MS);
    await warm;
    await services.close();
    log.info({}, 'stopped');
  };
  return { server, port, stop };
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

/** Resolves when the last accepted request is answered, or cuts the rest off after the timeout. */
async function drained(server: Server, timeoutMs: number): Promise<void> {
  const cutOff = setTimeout(() => server.closeAllConnections(), timeoutMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cutOff);
}
