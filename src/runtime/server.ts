/** The HTTP server's life: it listens, becomes ready, and ends without dropping what it accepted. */

import { createServer, type Server, type ServerResponse } from 'node:http';
import { isIPv6, Server as NetServer } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { memoized } from '../concurrency/memoized.ts';
import { after, every, timerMs } from '../concurrency/timers.ts';
import type { Config } from '../config/config.ts';
import { createApp } from '../http/app.ts';
import type { Readiness } from '../http/routes/health.ts';
import { checkExposure } from '../services/access-services.ts';
import type { SharedServices } from '../services/services.ts';
import { startWork } from './consumers.ts';
import { type MetricsServer, startMetricsServer } from './metrics-server.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  readonly metricsPort: number | undefined;
  /** Resolves when the default style is loaded and all others are whole; rejects where one is not. */
  readonly ready: Promise<void>;
  /**
   * First only its readiness ends, for the configured delay. Then it refuses new work, lets accepted requests finish within the configured time, closes all. On
   * connections that stay open, new requests are answered 503 and the connection is closed.
   */
  stop(): Promise<void>;
}

/**
 * A connection on which nothing moves for this long beyond an answer's deadline is closed: its
 * caller has stopped reading.
 */
const STALLED_READER_MS = 30_000;

/** So much longer than the routes' own limits, which answer with a problem, are those of the parser. */
const PARSER_MARGIN_MS = 5_000;

/** Metrics that are read from log lines; CloudWatch keeps them by the minute. */
const METRICS_EVERY_MS = 60_000;

/** What requests without Host are taken to be addressed to; HTTP/1.0 knows none (RFC 1945). */
const NAMELESS_HOST = 'localhost';

/**
 * Listens, then loads the default style; `/health/ready` answers 503 until that is done. Rejects with a `ConfigError`
 * where others could call and nobody has decided who may.
 */
export async function startServer(services: SharedServices): Promise<RunningServer> {
  const { config, log, sessions, access } = services;
  await checkExposure(access, config, config.HOST);
  let readiness: Readiness = 'starting';
  const app = createApp(services, () => readiness);
  const answer = getRequestListener(app.fetch, { hostname: NAMELESS_HOST });
  const server = createServer(connectionTimeouts(config), answer);
  server.setTimeout(stalledAfterMs(config));
  const unanswered = trackResponses(server);
  const port = await listen(server, config.PORT, config.HOST);
  const { ENGINE: engine, WORKERS: workers, THREADS: threads } = config;
  const metrics = await serveMetrics(services);
  log.info(
    { port, engine, workers, threads, metricsPort: metrics?.port },
    `listening on ${addressOf(config.HOST, port)}`,
  );

  const stopMetrics = every(METRICS_EVERY_MS, services.flushMetrics);
  const work = config.WORK ? await startWork(services) : undefined;

  const begun = [sessions.warm(services.defaultMix), services.catalog.check()];
  const ready = Promise.all(begun).then(() => {
    if (readiness === 'starting') readiness = 'ok';
  });
  ready.catch(() => {});

  const stop = memoized(async (): Promise<void> => {
    // Nobody sends requests to what was never ready.
    if (readiness === 'ok' && config.SHUTDOWN_DELAY_MS > 0) {
      readiness = 'draining';
      await waited(config.SHUTDOWN_DELAY_MS);
    }
    readiness = 'shutting-down';
    const closed = stopListening(server);
    await Promise.all([unanswered.drained(config.SHUTDOWN_TIMEOUT_MS), work?.stop()]);
    server.closeAllConnections();
    await closed;
    // What is being loaded cannot be closed: where one has failed, the other may be under way.
    await Promise.allSettled(begun);
    await services.close();
    stopMetrics();
    services.flushMetrics();
    await metrics?.stop();
    log.info({}, 'stopped');
  });
  return { server, port, metricsPort: metrics?.port, ready, stop };
}

/**
 * Connections stay open between requests for longer than a load balancer in front keeps them, so that
 * it never sends a request into one that is just being closed. One that was opened ahead of its first
 * request counts as waiting for headers.
 */
export function connectionTimeouts({ KEEP_ALIVE_TIMEOUT_MS, BODY_TIMEOUT_MS }: Config) {
  const headersTimeout = timerMs(KEEP_ALIVE_TIMEOUT_MS + PARSER_MARGIN_MS);
  return {
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    headersTimeout,
    requestTimeout: timerMs(headersTimeout + BODY_TIMEOUT_MS + PARSER_MARGIN_MS),
  };
}

/** Of a connection on which nothing moves while a request is answered, or before the first one. */
function stalledAfterMs({ REQUEST_TIMEOUT_MS, KEEP_ALIVE_TIMEOUT_MS }: Config): number {
  return timerMs(Math.max(REQUEST_TIMEOUT_MS + STALLED_READER_MS, KEEP_ALIVE_TIMEOUT_MS));
}

/** So that whoever sends requests here has seen that it is no longer ready. */
function waited(ms: number): Promise<void> {
  return new Promise((resolve) => void after(ms, resolve));
}

async function serveMetrics({
  config: { METRICS_PORT, HOST },
  prometheus,
}: SharedServices): Promise<MetricsServer | undefined> {
  if (METRICS_PORT === '' || prometheus === undefined) return undefined;
  return startMetricsServer(prometheus, METRICS_PORT, HOST);
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
        const cancel = after(timeoutMs, resolve);
        onDrained = () => {
          cancel();
          resolve();
        };
      }),
  };
}

/** To open in a browser on this machine: who listens on all addresses listens on this one, too. */
function addressOf(host: string, port: number): string {
  const name = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(host) ? 'localhost' : host;
  return `http://${isIPv6(name) ? `[${name}]` : name}:${port}`;
}
