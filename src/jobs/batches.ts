/** Several jobs that were asked for together, and are told of together when all are done. */

import { z } from 'zod';
import { ProblemError } from '../errors.ts';
import { ABSENT, type BlobStore, VersionConflictError } from '../storage/blob-store.ts';
import { isId } from './ids.ts';
import { isFinished, type Job } from './job.ts';
import type { Jobs } from './jobs.ts';

const batchSchema = z.object({
  id: z.string(),
  fingerprint: z.string(),
  createdAt: z.string(),
  jobs: z.array(z.string()),
  webhook: z.string().optional(),
  origin: z.string(),
});

export type Batch = z.infer<typeof batchSchema>;

export interface Batches {
  /** Keeps the batch; the same one again is fine, another one of the same id a `conflict`. */
  create(batch: Batch): Promise<void>;
  /** The batch and its jobs as they are now. Throws `batch-not-found`. */
  read(id: string): Promise<{ batch: Batch; jobs: readonly Job[]; finished: boolean }>;
}

export function createBatches(blobs: BlobStore, jobs: Jobs): Batches {
  const load = async (id: string): Promise<Batch> => {
    const blob = isId(id) ? await blobs.read(recordKey(id)) : undefined;
    if (blob) return batchSchema.parse(JSON.parse(new TextDecoder().decode(blob.bytes)));
    throw new ProblemError('batch-not-found', `Expected a batch, got ${id.slice(0, 80)}.`);
  };
  return {
    async create(batch) {
      const bytes = new TextEncoder().encode(JSON.stringify(batch));
      const options = { mediaType: 'application/json', expected: ABSENT } as const;
      await blobs.write(recordKey(batch.id), bytes, options).catch(async (error: unknown) => {
        if (!(error instanceof VersionConflictError)) throw error;
        if ((await load(batch.id)).fingerprint === batch.fingerprint) return;
        throw new ProblemError('conflict', `The id ${batch.id} belongs to another batch.`);
      });
    },
    async read(id) {
      const batch = await load(id);
      const found = await Promise.all(batch.jobs.map((job) => jobs.read(job).catch(missing)));
      const present = found.flatMap((job) => job ?? []);
      return { batch, jobs: present, finished: present.every(isFinished) };
    },
  };
}

export function batchFolder(id: string): string {
  return `batches/${id}/`;
}

function recordKey(id: string): string {
  return `${batchFolder(id)}batch.json`;
}

/** Removed, or no longer kept. */
function missing(error: unknown): undefined {
  if (error instanceof ProblemError) return undefined;
  throw error;
}
