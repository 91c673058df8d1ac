/** The HTTP application: middleware in a fixed order, then the routes. */

import { OpenAPIHono } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { requestId } from 'hono/request-id';
import { secureHeaders } from 'hono/secure-headers';
import { ProblemError } from '../errors.ts';
import type { SharedServices } from '../services/services.ts';
import { observeRequests } from './observation.ts';
import type { Document } from './one-body.ts';
import { OPENAPI_INFO, SECURITY_SCHEMES } from './openapi.ts';
import { problemResponse } from './problem.ts';
import { registerRoutes } from './route.ts';
import { batchRoutes } from './routes/batches.ts';
import { healthRoutes, type Readiness } from './routes/health.ts';
import { jobRoutes } from './routes/jobs.ts';
import { paintingRoutes } from './routes/paintings.ts';
import { playgroundRoutes } from './routes/playground.ts';
import { referenceRoutes } from './routes/reference.ts';
import { styleRoutes } from './routes/styles.ts';
import { stylizationRoutes } from './routes/stylizations.ts';
import { trainingRoutes } from './routes/trainings.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { videoRoutes } from './routes/videos.ts';
import { traceRequests } from './tracing.ts';
import { registerWebhooks } from './webhooks.ts';

/** Pictures may be shown anywhere; transport security is for whoever terminates TLS. */
const SECURITY = { crossOriginResourcePolicy: 'cross-origin', strictTransportSecurity: false };

const EXPOSED_HEADERS = [
  'cache-status',
  'etag',
  'location',
  'preference-applied',
  'ratelimit',
  'ratelimit-policy',
  'retry-after',
  'server-timing',
  'www-authenticate',
  'x-request-id',
];

/** `readiness` is asked at every readiness probe. */
export function createApp(services: SharedServices, readiness: () => Readiness): OpenAPIHono {
  const { config } = services;
  const app = new OpenAPIHono();
  app.onError((error, c) => problemResponse(c, services, error));
  app.notFound((c) => problemResponse(c, services, missing(c.req.method, c.req.path)));

  app.use(requestId());
  app.use(traceRequests());
  app.use(observeRequests(services));
  app.use(secureHeaders(SECURITY));
  app.use(
    cors({
      origin: origins(config.CORS_ORIGINS),
      allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
      exposeHeaders: EXPOSED_HEADERS,
    }),
  );

  app.use(
    '/v1/*',
    refuseWhile(() => readiness() === 'shutting-down'),
  );

  for (const [name, scheme] of Object.entries(SECURITY_SCHEMES)) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme);
  }
  registerWebhooks(app.openAPIRegistry);
  registerRoutes(app, services, [
    ...playgroundRoutes(services),
    ...batchRoutes(),
    ...stylizationRoutes(),
    ...paintingRoutes(services),
    ...jobRoutes(services),
    ...videoRoutes(),
    ...uploadRoutes(services),
    ...styleRoutes(services),
    ...trainingRoutes(),
    ...healthRoutes(services, readiness),
    ...referenceRoutes(documentOf(app)),
  ]);
  refuseOtherMethods(app);
  return app;
}

/** The OpenAPI document, put together when it is first asked for. */
function documentOf(app: OpenAPIHono): () => Document {
  let document: Document | undefined;
  return () => {
    document ??= app.getOpenAPI31Document(OPENAPI_INFO) as object as Document;
    return document;
  };
}

/** New work on connections that were open before the server began to stop. */
function refuseWhile(stopping: () => boolean): MiddlewareHandler {
  return async function refuseWhileStopping(_, next) {
    if (stopping())
      throw new ProblemError('shutting-down', 'Try again: another instance may answer.');
    await next();
  };
}

function origins(list: string): string | string[] {
  if (list === 'none') return [];
  return list === '*' ? list : list.split(',').map((origin) => origin.trim());
}

function missing(method: string, path: string): ProblemError {
  return new ProblemError('not-found', `There is nothing at ${method} ${path}; see /docs.`);
}

/** An address that exists under another method answers 405 with Allow (RFC 9110, section 15.5.6). */
function refuseOtherMethods(app: OpenAPIHono): void {
  const methods = new Map<string, Set<string>>();
  for (const { path, method } of app.routes) {
    if (method === 'ALL') continue;
    methods.set(path, (methods.get(path) ?? new Set()).add(method));
  }
  for (const [path, allowed] of methods) {
    if (allowed.has('GET')) allowed.add('HEAD');
    const allow = [...allowed].join(', ');
    app.all(path, (c) => {
      c.header('allow', allow);
      throw new ProblemError('method-not-allowed', `Expected ${allow}, got ${c.req.method}.`);
    });
  }
}
