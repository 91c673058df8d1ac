/** Works on jobs: what the queue hands out is painted, kept and marked as done. */

import { withDeadline } from '../concurrency/deadline.ts';
import type { Slots } from '../concurrency/slots.ts';
import { ProblemError } from '../errors.ts';
import { wishedFormats } from '../images/format-wish.ts';
import { type Handlers, RetryLater, readMessage } from '../queues/queue.ts';
import type { ImageSource } from '../sources/image-source.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Painting, Stylizer } from '../stylization/stylizer.ts';
import { createSpans, type Spans } from '../telemetry/spans.ts';
import { giveUpJob, jobMessageSchema } from './give-up.ts';
import type { JobOutput, StartingJob } from './job.ts';
import { type Jobs, outputKey } from './jobs.ts';
import { stylizeOptions } from './options.ts';

export interface WorkerParts {
  readonly jobs: Jobs;
  readonly blobs: BlobStore;
  readonly stylizer: Stylizer;
  readonly images: ImageSource;
  /** Jobs whose photograph is there take turns in it. */
  readonly painting: Slots;
  /** Longest work on one job, from when its turn has come. */
  readonly timeoutMs: number;
}

/** Problems that say nothing about the job itself. */
const PASSING: ReadonlySet<string> = new Set(['slots-full', 'shutting-down', 'storage-full']);

/** Until a job is handed out again after one that does not say. */
const PASSING_DELAY_SECONDS = 1;

export function createWorker(parts: WorkerParts): Handlers {
  const { jobs } = parts;
  const here = new Set<string>();

  const begin = async (id: string, unlessBegun: boolean, signal: AbortSignal): Promise<void> => {
    const claim = crypto.randomUUID();
    const job = await jobs.start(id, claim, { unlessBegun });
    if (job === undefined) return;
    const ended = untilFinished(jobs, id, signal);
    try {
      await work(job, claim, parts, ended.signal);
    } catch (error) {
      // Someone else has finished or canceled it, or this process is about to end.
      if (signal.aborted) throw signal.reason;
      if (ended.signal.aborted) await jobs.announce(id);
      else await failed(error, id, claim, jobs);
    } finally {
      ended.forget();
    }
  };

  return {
    async handle({ body, receives }, signal) {
      const { job: id } = readMessage(jobMessageSchema, body);
      // The message that began it here is still kept, and this one a copy.
      if (here.has(id)) return;
      here.add(id);
      try {
        // A job may have several messages. The one that it was begun with comes again if its worker
        // has died; to any other, a job that is begun is none of its business.
        await begin(id, receives === 1, signal);
      } finally {
        here.delete(id);
      }
    },
    giveUp: giveUpJob(jobs),
  };
}

async function work(
  job: StartingJob,
  claim: string,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const { painting, images } = parts;
  const { request } = job;
  const spans = createSpans();
  const file = await spans.measure('fetch', () => images.read(request.image, signal));
  // What is slow to come holds up nobody: turns are taken when there is something to paint.
  await painting.run(
    signal,
    () =>
      withDeadline(signal, parts.timeoutMs, (limited) =>
        paint(job, claim, file, spans, parts, limited),
      ),
    { caller: request.caller ?? '', size: 0 },
  );
}

async function paint(
  { request }: StartingJob,
  claim: string,
  file: Uint8Array,
  spans: Spans,
  parts: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const { jobs, stylizer } = parts;
  if (!(await jobs.process(request.id, claim))) return jobs.announce(request.id);
  const context = { signal, spans, formats: wishedFormats(request.formats, file) };
  const painting = await stylizer.stylize(file, stylizeOptions(request.options), context);
  const output = await spans.measure('store', () =>
    keepPainting(request.id, painting, parts.blobs),
  );
  const timingsMs = Object.fromEntries(spans.durations);
  const done = await jobs.succeed(request.id, claim, { output, timingsMs });
  if (!done) await jobs.announce(request.id);
}

/** Writes the painting beside its job; the same job gives the same bytes, whoever paints it. */
export async function keepPainting(
  id: string,
  { bytes, format, mediaType, width, height }: Painting,
  blobs: BlobStore,
): Promise<JobOutput> {
  const key = outputKey(id, format);
  await blobs.write(key, bytes, { mediaType });
  return { key, mediaType, width, height, bytes: bytes.byteLength };
}

async function failed(error: unknown, id: string, claim: string, jobs: Jobs): Promise<void> {
  if (!(error instanceof ProblemError)) throw error;
  if (PASSING.has(error.type)) {
    const delaySeconds = error.retryAfterSeconds ?? PASSING_DELAY_SECONDS;
    // A disk that stays full must not use the job's attempts up.
    const isPassing = error.type === 'storage-full';
    throw new RetryLater(error.message, delaySeconds, { cause: error, isPassing });
  }
  await jobs.fail(id, { type: error.type, detail: error.message }, claim);
}

/** Aborts when the job is finished by someone else, such as by being canceled, or with `signal`. */
function untilFinished(jobs: Jobs, id: string, signal: AbortSignal) {
  const ended = new AbortController();
  const watching = new AbortController();
  const onAbort = () => ended.abort(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  jobs.finished(id, watching.signal).then(
    ({ status }) => ended.abort(new Error(`The job is ${status}.`)),
    // Removed meanwhile; or nobody waits any more.
    (reason: unknown) => ended.abort(reason),
  );
  return {
    signal: ended.signal,
    forget() {
      signal.removeEventListener('abort', onAbort);
      watching.abort();
    },
  };
}
