/** Metrics, on a port of their own, which nothing that callers reach leads to. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PrometheusMeter } from '../telemetry/prometheus.ts';

export interface MetricsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Answers GET /metrics. Rejects where the port cannot be listened on. */
export async function startMetricsServer(
  meter: PrometheusMeter,
  port: number,
  host: string,
): Promise<MetricsServer> {
  const server = createServer(async ({ method, url }, response) => {
    if (method !== 'GET' || url?.split('?')[0] !== '/metrics') {
      return void response.writeHead(404).end('Expected GET /metrics.\n');
    }
    const text = await meter.text();
    response.writeHead(200, { 'content-type': meter.contentType }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
