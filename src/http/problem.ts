/** The one place where a failure becomes an answer: RFC 9457 `application/problem+json`. */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ProblemError, problemTypes } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import { toldPath } from './route-names.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Where the problem types are explained, relative to the server's root. */
const PROBLEM_DOCS = '/problems#';

/** What an operator has to mend: no caller can. */
const OURS: ReadonlySet<string> = new Set(['internal', 'style-unavailable', 'storage-full']);

function isOurs({ type }: ProblemError): boolean {
  return OURS.has(type);
}

/** Anything that was thrown, as a problem; what callers need not know stays in `cause`. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError('internal', 'The failure was recorded under this request id.', {
    cause: error,
  });
}

/** What problems are told to. */
export interface ProblemSinks {
  readonly log: Log;
  readonly meter: Meter;
}

const PROBLEM = 'problem';

/** The type of the problem that was answered; undefined where it was none. */
export function problemOf(c: Context): string | undefined {
  return c.get(PROBLEM) as string | undefined;
}

/** Logs and counts the problem, at a level that says whose it is, and renders it. */
export function problemResponse(
  c: Context,
  { log, meter }: ProblemSinks,
  error: unknown,
): Response {
  const problem = toProblem(error);
  c.set(PROBLEM, problem.type);
  meter.add('impasto_problems_total', { type: problem.type });
  const requestId = c.get('requestId') as string;
  const fields = { requestId, problem: problem.type, method: c.req.method, path: toldPath(c) };
  if (isOurs(problem)) log.error({ ...fields, err: problem.cause }, problem.message);
  else log.info({ ...fields, err: problem.cause }, problem.message);

  const { title } = problemTypes[problem.type];
  const body = {
    type: `${PROBLEM_DOCS}${problem.type}`,
    title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:request:${requestId}`,
    ...(problem.errors && { errors: problem.errors }),
  };
  return c.body(JSON.stringify(body), problem.status as ContentfulStatusCode, {
    'content-type': PROBLEM_MEDIA_TYPE,
    'cache-control': 'no-store',
    ...problem.headers,
    ...(problem.retryAfterSeconds && { 'retry-after': String(problem.retryAfterSeconds) }),
    ...(problem.type === 'shutting-down' && { connection: 'close' }),
  });
}
