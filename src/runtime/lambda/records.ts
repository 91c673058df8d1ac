/** SQS events of a Lambda function: what fails comes again, what succeeds does not. */

import { z } from 'zod';
import { linkedSignal, NEVER } from '../../concurrency/deadline.ts';
import { ConfigError } from '../../config/config.ts';
import { ProblemError } from '../../errors.ts';
import {
  type Handlers,
  isDelivered,
  type Message,
  type Queue,
  UnreadableMessageError,
} from '../../queues/queue.ts';
import type { Log } from '../../telemetry/log.ts';
import { logRetry } from '../retries.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const eventSchema = z.object({ Records: z.array(z.looseObject({ messageId: z.string() })) });

const recordSchema = z.object({
  messageId: z.string(),
  receiptHandle: z.string(),
  body: z.string(),
  attributes: z.object({ ApproximateReceiveCount: z.coerce.number().int().min(1) }),
});

type SqsRecord = z.infer<typeof recordSchema>;

/** The part of Lambda's context that is needed. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** Kept of the function's time for putting down what is under way. */
const MARGIN_MS = 5000;

/** Handles the messages of one event at the same time, for as long as the function may run. */
export async function handleRecords(
  event: unknown,
  context: LambdaContext,
  { queue, handlers }: { readonly queue: Queue; readonly handlers: Handlers },
  log: Log,
): Promise<BatchResponse> {
  if (!isDelivered(queue)) throw new ConfigError('Expected JOBS_QUEUE_URL and WEBHOOKS_QUEUE_URL.');
  const { signal, release } = linkedSignal(NEVER, {
    timeoutMs: context.getRemainingTimeInMillis() - MARGIN_MS,
    reason: () => new ProblemError('shutting-down', 'The function has no time left.'),
  });
  const handled = async (record: SqsRecord): Promise<string[]> => {
    const message = messageOf(record);
    try {
      await handlers.handle(message, signal);
      return [];
    } catch (err) {
      if (err instanceof UnreadableMessageError) {
        log.error({ err, message }, 'a message cannot be read: it will be a dead letter');
        return [record.messageId];
      }
      logRetry(log, err, message);
      await queue
        .defer(record.receiptHandle, err, message.receives)
        .catch((reason: unknown) => log.error({ err: reason }, 'it comes again when it is due'));
      return [record.messageId];
    }
  };
  try {
    return await handleEach(event, handled, log);
  } finally {
    release();
  }
}

/** Buries dead letters; one that cannot be buried comes again. */
export async function giveUpRecords(
  event: unknown,
  giveUp: Handlers['giveUp'],
  log: Log,
): Promise<BatchResponse> {
  const buried = async (record: SqsRecord): Promise<string[]> => {
    try {
      await giveUp(messageOf(record));
      return [];
    } catch (err) {
      log.error({ err, body: record.body }, 'a dead letter could not be buried');
      return err instanceof UnreadableMessageError ? [] : [record.messageId];
    }
  };
  return handleEach(event, buried, log);
}

/** The ids that `handled` gives for each record; one that is not as expected fails alone. */
async function handleEach(
  event: unknown,
  handled: (record: SqsRecord) => Promise<string[]>,
  log: Log,
): Promise<BatchResponse> {
  const each = async (given: { readonly messageId: string }): Promise<string[]> => {
    const { success, data, error } = recordSchema.safeParse(given);
    if (success) return handled(data);
    log.error({ err: error, messageId: given.messageId }, 'a record is not as SQS sends them');
    return [given.messageId];
  };
  const failed = await Promise.all(eventSchema.parse(event).Records.map(each));
  return { batchItemFailures: failed.flat().map((id) => ({ itemIdentifier: id })) };
}

function messageOf({ body, attributes }: SqsRecord): Message {
  return { body, receives: attributes.ApproximateReceiveCount };
}
