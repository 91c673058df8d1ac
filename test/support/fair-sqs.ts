/**
 * What the SQS server of the tests lacks of Amazon's: its standard queues know no groups, while fair queues put what is
 * of groups with little under way before what is of others.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */

import { z } from 'zod';
// The package exports its server only, not the queues in it.
import { SqsQueue } from '../../node_modules/fauxqs/dist/sqs/sqsStore.js';

/** Addresses. */
const fairQueues = new Set<string>();

/** The server forgets `MessageGroupId`; messages of jobs and webhooks say whose they are. */
const groupSchema = z.object({ tenant: z.string().default('') });

/** Has a queue of a server in this process be fair. */
export function makeFair(url: string): void {
  fairQueues.add(url);
}

const dequeue = SqsQueue.prototype.dequeue;
SqsQueue.prototype.dequeue = function dequeueInTurns(...limits) {
  if (fairQueues.has(this.url)) {
    this.processTimers();
    this.messages = inTurns(this);
  }
  return dequeue.apply(this, limits);
};

type Message = SqsQueue['messages'][number];

/** Messages by how many of their group are under way or before them. */
function inTurns({ messages, inflightMessages }: SqsQueue): Message[] {
  const before = new Map<string, number>();
  const count = (message: Message): number => {
    const group = groupOf(message);
    const counted = before.get(group) ?? 0;
    before.set(group, counted + 1);
    return counted;
  };
  for (const { message } of inflightMessages.values()) count(message);
  return messages
    .map((message) => ({ message, turn: count(message) }))
    .sort((a, b) => a.turn - b.turn)
    .map(({ message }) => message);
}

const groups = new WeakMap<Message, string>();

function groupOf(message: Message): string {
  const known = groups.get(message);
  if (known !== undefined) return known;
  const { tenant } = groupSchema.parse(JSON.parse(message.body));
  groups.set(message, tenant);
  return tenant;
}
