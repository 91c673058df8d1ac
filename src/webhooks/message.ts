/** What is sent to a webhook: the names of its events, and its body (Standard Webhooks, "Payload structure"). */

import { z } from 'zod';
import type { Status } from '../jobs/job.ts';

export const BATCH_FINISHED = 'batch.finished';

/** Of a job of this kind that has taken this status. */
export function jobEventType<const Kind extends string, const S extends Status>(
  kind: Kind,
  status: S,
): `${Kind}.${S}` {
  return `${kind}.${status}`;
}

export const messageSchema = z.object({
  type: z.string(),
  timestamp: z.iso.datetime().describe('When this attempt was made.'),
  data: z.unknown(),
});

export type Message = z.infer<typeof messageSchema>;
