/** What queues carry about jobs and batches. */

import { z } from 'zod';
import type { Job } from './job.ts';

export const jobMessageSchema = z.object({ job: z.string(), part: z.int().min(0).optional() });
type JobMessage = z.infer<typeof jobMessageSchema>;

/** That there is work to do on a job, or on a part of one that has begun. */
export function jobMessage(id: string, part?: number): string {
  return JSON.stringify({ job: id, ...(part !== undefined && { part }) } satisfies JobMessage);
}

export const announcementSchema = z.union([
  z.object({ job: z.string(), event: z.int() }),
  z.object({ batch: z.string() }),
]);

/** That a webhook is to be told of an event. */
export function announcement(id: string, event: number): string {
  return JSON.stringify({ job: id, event });
}

/** That one more job of a batch is finished. */
export function batchAnnouncement(id: string): string {
  return JSON.stringify({ batch: id });
}

/** By whom announcements take turns: who asked for the job, and the host that is told. */
export function announcementGroups(job: Job): string[] {
  const { url } = job.request.webhook ?? {};
  const host = url !== undefined && URL.canParse(url) ? new URL(url).host : '';
  return [callerOf(job), host];
}

export function callerOf({ request }: Job): string {
  return request.caller ?? '';
}
