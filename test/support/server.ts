/** The real server on a free port, and answers that are held against the OpenAPI document. */

import request, { type Response, type Test } from 'supertest';
import { afterAll, beforeAll } from 'vitest';
import { OPEN_TENANT } from '../../src/access/tenants.ts';
import { type Config, loadConfig } from '../../src/config/config.ts';
import { type RunningServer, startServer } from '../../src/runtime/server.ts';
import { createServices, type Services, type SharedServices } from '../../src/services/services.ts';
import { conformance } from './conformance.ts';
import { DIST_DIR } from './dist.ts';
import { MODELS_DIR } from './folders.ts';
import { temporary } from './temporary.ts';

export function testConfig(environment: Record<string, string> = {}): Config {
  return loadConfig(
    {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: temporary(),
      PRECISION: 'float32',
      // Tests look at how the same photograph is painted; those of what is kept turn it on.
      RESULTS_MAX_BYTES: '0',
      ...environment,
    },
    { cores: 2, memoryBytes: 8 * 2 ** 30, modelsDir: MODELS_DIR, distDir: DIST_DIR },
  );
}

export interface TestServer {
  readonly url: () => string;
  readonly port: () => number;
  /** Of metrics, where they are served. */
  readonly metricsPort: () => number | undefined;
  /** What the server is made of, for what no request brings about. */
  readonly services: () => Services;
  /** Waits for the answer and checks it against the OpenAPI document. */
  send(test: Test): Promise<Response>;
  get(path: string): Test;
  post(path: string): Test;
  put(path: string): Test;
}

/**
 * Starts the server before the file's tests and stops it after them. `changes` are what no environment may
 * ask for.
 */
export function useServer(
  environment: Record<string, string> = {},
  changes: Partial<Config> = {},
): TestServer {
  let services: SharedServices;
  let running: RunningServer;
  let check: (response: Response) => void;
  beforeAll(async () => {
    services = await createServices({ ...testConfig(environment), ...changes });
    running = await startServer(services);
    const document = await request(running.server).get('/openapi.json');
    check = conformance(document.body);
  });
  afterAll(() => running.stop());
  const url = () => `http://127.0.0.1:${running.port}`;
  return {
    url,
    port: () => running.port,
    metricsPort: () => running.metricsPort,
    services: () => services.of(OPEN_TENANT),
    get: (path) => request(url()).get(path),
    post: (path) => request(url()).post(path),
    put: (path) => request(url()).put(path),
    async send(test) {
      const response = await test;
      check(response);
      return response;
    },
  };
}
