/** What those who asked for a style are told of what went wrong. */

import { EngineUnavailableError } from '../../engines/unavailable.ts';
import { FormatError, ProblemError, type ProblemType } from '../../errors.ts';
import { DivergedError } from '../diverged.ts';

/** Undefined for what is nobody's fault, and may go well another time. */
export function problemOf(error: unknown): ProblemType | undefined {
  if (error instanceof ProblemError) return error.type;
  if (error instanceof DivergedError) return 'training-failed';
  const isMissing = error instanceof EngineUnavailableError || error instanceof FormatError;
  return isMissing ? 'training-unavailable' : undefined;
}
