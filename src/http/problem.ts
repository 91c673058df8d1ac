/** The one place where a failure becomes an answer: RFC 9457 `application/problem+json`. */

import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ProblemError, problemTypes } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Where the problem types are explained, relative to the server's root. */
const PROBLEM_DOCS = '/problems#';

/** Anything that was thrown, as a problem; what callers need not know stays in `cause`. */
export function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  return new ProblemError('internal', 'The failure was recorded under this request id.', {
    cause: error,
  });
}

/** Logs the problem at a level that follows its status and renders it. */
export function problemResponse(c: Context, log: Log, error: unknown): Response {
  const problem = toProblem(error);
  const requestId = c.get('requestId') as string;
  const fields = { requestId, problem: problem.type, method: c.req.method, path: c.req.path };
  if (problem.type === 'internal') log.error({ ...fields, err: problem.cause }, problem.message);
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
