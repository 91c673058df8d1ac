/** What callers are told of a photograph that could not be had. */

import { ProblemError } from '../errors.ts';
import { AddressRefusedError, FetchFailedError } from './public-fetch.ts';

export function sourceProblem(
  type: 'source-refused' | 'source-failed',
  detail: string,
  cause?: Error,
): ProblemError {
  return new ProblemError(type, detail, { errors: [{ pointer: '/image', detail }], cause });
}

/** Failures of fetching as problems; others stay what they are. */
export function asProblem(error: unknown): unknown {
  if (error instanceof AddressRefusedError) {
    return sourceProblem('source-refused', error.message, error);
  }
  return error instanceof FetchFailedError
    ? sourceProblem('source-failed', error.message, error)
    : error;
}
