/**
 * A queue of Amazon SQS, or of a server that speaks its protocol. Its redrive policy says how often
 * a message is handed out before it moves to the queue of dead letters.
 */

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
  type Message as SqsMessage,
} from '@aws-sdk/client-sqs';
import { after, every } from '../concurrency/timers.ts';
import { reasonOf } from '../errors.ts';
import { traceClient } from '../telemetry/traced-client.ts';
import {
  type ConsumeOptions,
  type Consumer,
  type DeliveredQueue,
  delayAfter,
  type Handlers,
  type Message,
  type RetryPolicy,
  UnreadableMessageError,
} from './queue.ts';

export interface SqsOptions {
  readonly url: string;
  /** Where its redrive policy sends dead letters; consumed beside it where given. */
  readonly deadLettersUrl?: string | undefined;
  readonly region: string;
  readonly endpoint?: string | undefined;
  /** For how long a message that is being handled is hidden; renewed while it is. */
  readonly visibilitySeconds: number;
}

const LONG_POLL_SECONDS = 20;
const MAX_RECEIVED_MESSAGES = 10;
/** Limits of the service. */
const MAX_SEND_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;
/** What is visible, delayed, or being handled. */
const COUNTS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateNumberOfMessagesNotVisible',
] as const;
/** Wait after the queue itself could not be reached. */
const RECOVERY_MS = 1000;

/** Credentials are found as the AWS SDK finds them: environment, profile, role. */
export function sqsQueue(options: SqsOptions, policy: RetryPolicy): DeliveredQueue {
  const { url, deadLettersUrl, region, endpoint, visibilitySeconds } = options;
  const elsewhere = endpoint ? { endpoint, useQueueUrlAsEndpoint: false } : {};
  const client = traceClient(new SQSClient({ region, ...elsewhere }));
  let takesGroups = true;

  const hide = async (queueUrl: string, ReceiptHandle: string, seconds: number): Promise<void> => {
    const VisibilityTimeout = Math.min(MAX_VISIBILITY_SECONDS, Math.max(0, Math.round(seconds)));
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }),
    );
  };

  const receive = async (
    queueUrl: string,
    most: number,
    abortSignal: AbortSignal,
  ): Promise<SqsMessage[]> => {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(MAX_RECEIVED_MESSAGES, most),
        WaitTimeSeconds: LONG_POLL_SECONDS,
        VisibilityTimeout: visibilitySeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
      { abortSignal },
    );
    return Messages;
  };

  /** Handles one message while its invisibility is renewed; deletes it, or has it come again. */
  const settle = async (
    queueUrl: string,
    { Body: body = '', ReceiptHandle = '', Attributes }: SqsMessage,
    work: (message: Message) => Promise<void>,
    onError: ConsumeOptions['onError'],
  ): Promise<void> => {
    const message = { body, receives: Number(Attributes?.ApproximateReceiveCount ?? 1) };
    const stopHiding = every(
      (visibilitySeconds * 1000) / 3,
      () => void hide(queueUrl, ReceiptHandle, visibilitySeconds).catch(onError),
    );
    try {
      await work(message).catch((error: unknown) => {
        if (!(error instanceof UnreadableMessageError)) throw error;
        onError(error, message);
      });
      await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    } catch (error) {
      onError(error, message);
      const seconds = delayAfter(error, message.receives, policy);
      await hide(queueUrl, ReceiptHandle, seconds).catch((reason: unknown) => onError(reason));
    } finally {
      stopHiding();
    }
  };

  const poll = (
    queueUrl: string,
    work: (message: Message, signal: AbortSignal) => Promise<void>,
    { concurrency, onError }: ConsumeOptions,
  ): Consumer => {
    const stopping = new AbortController();
    const aborting = new AbortController();
    const running = new Set<Promise<void>>();
    const loop = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        try {
          const free = concurrency - running.size;
          for (const received of await receive(queueUrl, free, stopping.signal)) {
            const handled = (message: Message) => work(message, aborting.signal);
            const run = settle(queueUrl, received, handled, onError).finally(() =>
              running.delete(run),
            );
            running.add(run);
          }
        } catch (error) {
          if (stopping.signal.aborted) break;
          onError(error);
          await new Promise<void>((resolve) => after(RECOVERY_MS, resolve));
        }
        if (running.size >= concurrency) await Promise.race(running);
      }
      await Promise.all(running);
    };
    const ended = loop();
    return {
      async stop() {
        stopping.abort();
        await ended;
      },
      abort(reason) {
        stopping.abort();
        aborting.abort(reason);
      },
    };
  };

  return {
    async check() {
      for (const QueueUrl of [url, ...(deadLettersUrl ? [deadLettersUrl] : [])]) {
        await client.send(new GetQueueAttributesCommand({ QueueUrl })).catch((cause: unknown) => {
          if (isForbidden(cause)) return;
          const reason = reasonOf(cause);
          throw new Error(`Expected a queue at ${QueueUrl}: ${reason}`, { cause });
        });
      }
    },
    async backlog() {
      const asked = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...COUNTS] });
      const answer = await client.send(asked).catch((error: unknown) => {
        if (!isForbidden(error)) throw error;
      });
      if (answer === undefined) return undefined;
      const { Attributes = {} } = answer;
      const counts = COUNTS.map((name) => Number(Attributes[name] ?? 0));
      return { messages: counts.reduce((sum, count) => sum + count, 0) };
    },
    async send(MessageBody, { delaySeconds = 0, groups = [] } = {}) {
      const [group] = groups;
      const DelaySeconds = Math.min(MAX_SEND_DELAY_SECONDS, Math.round(delaySeconds));
      const request = { QueueUrl: url, MessageBody, DelaySeconds };
      const send = (fair: object) => client.send(new SendMessageCommand({ ...request, ...fair }));
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
      if (!group || !takesGroups) return void (await send({}));
      await send({ MessageGroupId: group }).catch(async (error: unknown) => {
        if (!(error instanceof SQSServiceException) || error.$fault !== 'client') throw error;
        // Another server may know groups in FIFO queues only.
        await send({});
        takesGroups = false;
      });
    },
    async consume({ handle, giveUp }: Handlers, consumeOptions) {
      const consumers = [poll(url, handle, consumeOptions)];
      if (deadLettersUrl) consumers.push(poll(deadLettersUrl, giveUp, consumeOptions));
      return {
        async stop() {
          await Promise.all(consumers.map((consumer) => consumer.stop()));
        },
        abort: (reason) => {
          for (const consumer of consumers) consumer.abort(reason);
        },
      };
    },
    defer: (receiptHandle, error, receives) =>
      hide(url, receiptHandle, delayAfter(error, receives, policy)),
  };
}

/** Who may only send may not ask; the queue is there then. */
function isForbidden(error: unknown): boolean {
  return error instanceof SQSServiceException && /AccessDenied/.test(error.name);
}
