/** Several jobs that were asked for together, and are told of together when all are done. */

import { z } from 'zod';
import { ProblemError } from '../errors.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { createRecord, type DamageReport, fromJson, readRecord } from '../storage/records.ts';
import { isId } from './ids.ts';
import { isFinished, type Job } from './job.ts';
import type { Jobs } from './jobs.ts';
import { expiryNotes } from './time-keys.ts';

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
  /** Removes batches none of whose jobs is kept any longer; how many were looked at. */
  removeExpired(most: number, onError: (error: unknown) => void): Promise<number>;
}

export interface BatchesOptions {
  /** How long finished jobs are kept. */
  readonly ttlSeconds: number;
  readonly now?: () => Date;
  readonly report?: DamageReport;
}

/** Notes of when batches end lie under it. */
export const BATCH_ENDS = 'batch-expiry/';

const parse = fromJson(batchSchema);

export function createBatches(
  blobs: BlobStore,
  jobs: Jobs,
  { ttlSeconds, now = () => new Date(), report = () => {} }: BatchesOptions,
): Batches {
  const notes = expiryNotes(blobs, BATCH_ENDS);
  const noteExpiry = (from: Date, id: string) =>
    notes.note(new Date(from.getTime() + ttlSeconds * 1000).toISOString(), id);

  const find = async (id: string): Promise<Batch | undefined> => {
    if (!isId(id)) return undefined;
    return (await readRecord(blobs, recordKey(id), parse, report))?.record;
  };

  const presentJobs = async (batch: Batch): Promise<Job[]> => {
    const found = await Promise.all(batch.jobs.map((job) => jobs.read(job).catch(missing)));
    return found.flatMap((job) => job ?? []);
  };

  const isOver = ({ createdAt }: Batch): boolean =>
    Date.parse(createdAt) + ttlSeconds * 1000 <= now().getTime();

  const end = async (id: string): Promise<void> => {
    const batch = await find(id);
    if (batch && (await presentJobs(batch)).length > 0) return noteExpiry(now(), id);
    await blobs.delete(await blobs.list(batchFolder(id), { limit: MAX_FOLDER_KEYS }));
  };

  return {
    async create(batch) {
      const { id, createdAt, fingerprint } = batch;
      // A record without the note would stay.
      const note = () => noteExpiry(new Date(createdAt), id);
      const kept = await createRecord(blobs, recordKey(id), batch, parse, report, note);
      if (kept.record.fingerprint === fingerprint) return;
      throw new ProblemError('conflict', `The id ${id} belongs to another batch.`);
    },
    async read(id) {
      const batch = await find(id);
      const present = batch ? await presentJobs(batch) : [];
      if (batch && (present.length > 0 || !isOver(batch))) {
        return { batch, jobs: present, finished: present.every(isFinished) };
      }
      throw new ProblemError('batch-not-found', `Expected a batch, got ${id.slice(0, 80)}.`);
    },
    removeExpired: (most, onError) => notes.endDue(now(), most, end, onError),
  };
}

/** Its record, and the delivery of its end. */
const MAX_FOLDER_KEYS = 100;

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
