/** What operators are told of messages that come again. */

import { ProblemError } from '../errors.ts';
import { type Message, RetryLater } from '../queues/queue.ts';
import { traceOf } from '../queues/traced-queue.ts';
import type { Log } from '../telemetry/log.ts';
import { continueTrace } from '../telemetry/trace-context.ts';

/** An error for what nobody has foreseen; information where trying again is the way it goes. */
export function logRetry(log: Log, err: unknown, message: Message | undefined): void {
  const told = { message, err };
  continueTrace(message ? traceOf(message) : {}, () => {
    if (isForeseen(err)) log.info(told, 'it will be tried again');
    else log.error(told, 'an unexpected error: it will be tried again');
  });
}

function isForeseen(err: unknown): boolean {
  return err instanceof RetryLater || (err instanceof ProblemError && err.type === 'shutting-down');
}
