/** The end of a job whose message was handed out in vain as often as it may be. */

import { type Message, readMessage } from '../queues/queue.ts';
import type { Jobs } from './jobs.ts';
import { jobMessageSchema } from './messages.ts';

export function giveUpJob(jobs: Jobs): (message: Message) => Promise<void> {
  return async ({ body }) => {
    const { job: id, part } = readMessage(jobMessageSchema, body);
    // Whoever has begun the job does that part as well.
    if (part !== undefined) return;
    const detail = 'The work was given up: it has failed every time it was begun.';
    await jobs.giveUp(id, { type: 'internal', detail });
  };
}
