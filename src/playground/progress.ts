/** How far a job is, in words. */

import { useConnection } from './connection.ts';
import type { WireJob } from './wire.ts';

/** What is told while something is under way: that the server is away, where it is, rather than what it would do. */
export function useTold(text: string): string {
  const { isLost } = useConnection();
  return isLost ? 'Waiting for the server…' : text;
}

/** `job` is undefined for what is painted while the visitor waits. */
export function progressText(job: WireJob | undefined): string {
  if (job === undefined) return 'Painting…';
  if (job.status === 'queued') return 'Waiting for its turn…';
  if (job.progress === null) return 'Painting; this takes a while…';
  return `Painting… ${Math.floor(shareDone(job) * 100)} %`;
}

/** `job` is undefined while the picture is sent. */
export function learningText(job: WireJob | undefined): string {
  if (job === undefined) return 'Sending the picture…';
  if (job.status === 'queued') return 'Waiting for its turn…';
  if (job.progress === null) return 'Looking at the picture…';
  return `Learning… ${Math.floor(shareDone(job) * 100)} %`;
}

/** From 0 to 1. */
export function shareDone({ progress }: WireJob): number {
  return progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
}
