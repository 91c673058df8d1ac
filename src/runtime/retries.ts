/** What operators are told of messages that come again. */

import { ProblemError } from '../errors.ts';
import { RetryLater } from '../queues/queue.ts';
import type { Log, LogFields } from '../telemetry/log.ts';

/** An error for what nobody has foreseen; information where trying again is the way it goes. */
export function logRetry(log: Log, err: unknown, fields: LogFields): void {
  const told = { ...fields, err };
  if (isForeseen(err)) log.info(told, 'it will be tried again');
  else log.error(told, 'an unexpected error: it will be tried again');
}

function isForeseen(err: unknown): boolean {
  return err instanceof RetryLater || (err instanceof ProblemError && err.type === 'shutting-down');
}
