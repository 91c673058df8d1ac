/** Job records as blobs: written under the condition that nobody else did in between. */

import type { BlobStore } from '../storage/blob-store.ts';
import { createRecord, type DamageReport, readRecord, updateRecord } from '../storage/records.ts';
import { isId, jobFolder } from './ids.ts';
import {
  type FinishedJob,
  isFinished,
  type Job,
  type QueuedJob,
  type UnfinishedJob,
} from './job.ts';
import type { JobKinds } from './kind.ts';
import { parseRecord } from './record.ts';
import { expiryNotes, idOf, timeKey } from './time-keys.ts';

export interface JobPage {
  /** Newest first. */
  readonly jobs: readonly Job[];
  /** Passed to get the next page; undefined on the last one. */
  readonly cursor: string | undefined;
}

export interface JobStore {
  read(id: string): Promise<Job | undefined>;
  /** The job of that id, which may be an older one, and whether it is this one. */
  create(job: QueuedJob | FinishedJob): Promise<{ job: Job; created: boolean }>;
  /**
   * Applies a transition to a job that is not finished, again where somebody else was faster. The
   * job as it is afterwards, and whether the transition took place; undefined where there is none.
   * A transition may decline by returning undefined.
   */
  update(
    id: string,
    transition: (job: UnfinishedJob) => Job | undefined,
  ): Promise<{ job: Job; changed: boolean } | undefined>;
  list(options: { limit: number; cursor?: string | undefined }): Promise<JobPage>;
  /** Removes the job and everything of it. */
  remove(job: Job): Promise<void>;
  /** Removes what lies there without a record; whether there was anything. */
  removeRest(id: string): Promise<boolean>;
  /** Removes jobs whose time is over, at most so many; how many there were. */
  removeExpired(now: Date, most: number, onError: (error: unknown) => void): Promise<number>;
}

/** Milliseconds since 1970 stay below this for some thousand years. */
const LATEST_MS = 1e14;

const MAX_LISTED_KEYS = 1000;

export function jobStore(blobs: BlobStore, kinds: JobKinds, report: DamageReport): JobStore {
  const notes = expiryNotes(blobs, JOB_ENDS);
  const parse = (id: string) => (bytes: Uint8Array) => parseRecord(id, bytes, kinds);

  const read = async (id: string): Promise<Job | undefined> => {
    if (!isId(id)) return undefined;
    return (await readRecord(blobs, recordKey(id), parse(id), report))?.record;
  };

  const noteExpiry = async (job: Job): Promise<void> => {
    if (isFinished(job)) await notes.note(job.expiresAt, job.request.id);
  };

  /** Everything of a job but its record; whether there was anything. */
  const removeRest = async (id: string): Promise<boolean> => {
    if (!isId(id)) return false;
    for (let any = false; ; any = true) {
      const keys = await blobs.list(jobFolder(id), { limit: MAX_LISTED_KEYS });
      const rest = keys.filter((key) => key !== recordKey(id));
      await blobs.delete(rest);
      if (keys.length < MAX_LISTED_KEYS) return any || rest.length > 0;
    }
  };

  const remove = async (job: Job): Promise<void> => {
    const { id } = job.request;
    await removeRest(id);
    await blobs.delete([indexKey(job)]);
    if (isFinished(job)) await notes.forget(job.expiresAt, id);
    await blobs.delete([recordKey(id)]);
  };

  const create: JobStore['create'] = async (job) => {
    const { id } = job.request;
    // A record without them would never be listed, and never expire.
    const note = async (): Promise<void> => {
      await blobs.write(indexKey(job), new Uint8Array());
      await noteExpiry(job);
    };
    const key = recordKey(id);
    const kept = await createRecord<Job>(blobs, key, job, parse(id), report, note);
    if (kept.created) return { job, created: true };
    // What was written for the one that is refused would otherwise lie there for nobody.
    if (indexKey(kept.record) !== indexKey(job)) await blobs.delete([indexKey(job)]);
    if (isFinished(job)) await notes.forget(job.expiresAt, id);
    return { job: kept.record, created: false };
  };

  return {
    read,
    create,

    async update(id, transition) {
      if (!isId(id)) return undefined;
      const change = async (job: Job | undefined): Promise<Job | undefined> => {
        const next = job === undefined || isFinished(job) ? undefined : transition(job);
        // Before the job is finished: one that is must not stay for ever.
        if (next) await noteExpiry(next);
        return next;
      };
      const { before, after } = await updateRecord(blobs, recordKey(id), parse(id), report, change);
      if (after) return { job: after, changed: true };
      return before && { job: before, changed: false };
    },

    async list({ limit, cursor }) {
      const options = { limit: limit + 1, ...(cursor && { after: INDEX + cursor }) };
      const keys = await blobs.list(INDEX, options);
      const page = keys.slice(0, limit);
      const found = await Promise.all(
        page.map(async (key) => ({ key, job: await read(idOf(key.slice(INDEX.length))) })),
      );
      return {
        jobs: found.flatMap(({ key, job }) => (job && indexKey(job) === key ? [job] : [])),
        cursor: keys.length > limit ? page.at(-1)?.slice(INDEX.length) : undefined,
      };
    },

    remove,
    removeRest,

    removeExpired(now, most, onError) {
      const end = async (id: string): Promise<void> => {
        const job = await read(id);
        if (job === undefined) await removeRest(id);
        // A note may be older than its job, or of a transition that did not take place.
        else if (isFinished(job) && new Date(job.expiresAt) <= now) await remove(job);
      };
      return notes.endDue(now, most, end, onError);
    },
  };
}

const INDEX = 'index/';
/** Notes of when jobs end lie under it. */
export const JOB_ENDS = 'expiry/';

function recordKey(id: string): string {
  return `${jobFolder(id)}job.json`;
}

/** Counts down, so that keys in ascending order are jobs from new to old. */
function indexKey({ request: { createdAt, id } }: Job): string {
  return INDEX + timeKey(LATEST_MS - Date.parse(createdAt), id);
}
