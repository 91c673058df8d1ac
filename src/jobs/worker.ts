/** Works on jobs: what the queue hands out is done as its kind says, kept and marked as done. */

import { linkedSignal, withDeadline } from '../concurrency/deadline.ts';
import type { Slots } from '../concurrency/slots.ts';
import { ProblemError } from '../errors.ts';
import { type Handlers, RetryLater, readMessage } from '../queues/queue.ts';
import type { Meter } from '../telemetry/meter.ts';
import { createSpans } from '../telemetry/spans.ts';
import { giveUpJob } from './give-up.ts';
import { isFinished, type JobRequest, type Progress, type StartingJob } from './job.ts';
import type { Jobs } from './jobs.ts';
import { type JobKinds, kindOf, type Tools } from './kind.ts';
import { jobMessageSchema } from './messages.ts';

export interface WorkerParts {
  readonly jobs: Jobs;
  readonly kinds: JobKinds;
  readonly tools: Tools;
  /** By the names of kinds: what takes long holds up only its like. */
  readonly lanes: Readonly<Record<string, Lane>>;
  readonly meter?: Meter;
}

/** What jobs of a kind share. */
export interface Lane {
  /** Jobs that are prepared take turns in it. */
  readonly turns: Slots;
  /** As many of them run at the same time. */
  readonly slots: number;
  /** Longest work on one job, from when its turn has come. */
  readonly timeoutMs: number;
}

/** Problems that say nothing about the job itself. */
const PASSING: ReadonlySet<string> = new Set(['slots-full', 'shutting-down', 'storage-full']);

/** Until a job is handed out again after one that does not say. */
const PASSING_DELAY_SECONDS = 1;

/** Between two notes of how far a job is: each is a write of its record. */
const PROGRESS_EVERY_MS = 1000;

export function createWorker(parts: WorkerParts): Handlers {
  const { jobs } = parts;
  const here = new Map<string, Promise<void>>();

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
      const { job: id, part } = readMessage(jobMessageSchema, body);
      if (part !== undefined) return assist(id, part, parts, signal);
      // This may be the very message that began it here, handed out twice: it is done when the work is.
      const begun = here.get(id);
      if (begun) return begun;
      // A job may have several messages. The one that it was begun with comes again if its worker
      // has died; any other message leaves a job alone that has begun.
      const run = begin(id, receives === 1, signal).finally(() => here.delete(id));
      here.set(id, run);
      return run;
    },
    giveUp: giveUpJob(jobs),
  };
}

async function work(
  { request }: StartingJob,
  claim: string,
  { jobs, kinds, tools, lanes, meter }: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const { id, caller = '' } = request;
  const { turns, timeoutMs } = laneOf(lanes, request);
  const spans = createSpans(meter);
  const run = await kindOf(kinds, request).prepare(request.work, tools, { signal, spans });
  const turn = async (limited: AbortSignal): Promise<void> => {
    if (!(await jobs.process(id, claim))) return jobs.announce(id);
    const report = progressReport(jobs, id, claim);
    const share = (count: number) => jobs.share(id, count);
    const output = await run({ id, signal: limited, spans, report, share });
    const timingsMs = Object.fromEntries(spans.durations);
    if (!(await jobs.succeed(id, claim, { output, timingsMs }))) await jobs.announce(id);
  };
  // What is slow to prepare holds up nobody: turns are taken when there is something to do.
  await turns.run(signal, () => withDeadline(signal, timeoutMs, turn), { caller, size: 0 });
}

/** Until a part is handed out again that nobody had time for. */
const ASSIST_DELAY_SECONDS = 5;

/** Does a part of a job that is under way, where there is room for it. */
async function assist(
  id: string,
  part: number,
  { jobs, kinds, tools, lanes }: WorkerParts,
  signal: AbortSignal,
): Promise<void> {
  const job = await jobs.read(id).catch(notThere);
  if (job === undefined || isFinished(job)) return;
  const { request } = job;
  const { turns, slots, timeoutMs } = laneOf(lanes, request);
  if (turns.running >= slots) {
    const options = { isPassing: true };
    throw new RetryLater('Others may have time for it.', ASSIST_DELAY_SECONDS, options);
  }
  const ended = untilFinished(jobs, id, signal);
  try {
    await turns.run(ended.signal, () =>
      withDeadline(ended.signal, timeoutMs, async (limited) => {
        const assistance = { id, part, signal: limited };
        await kindOf(kinds, request).assist?.(request.work, tools, assistance);
      }),
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    // The job is finished; or it will meet the same problem.
    if (!ended.signal.aborted && !(error instanceof ProblemError)) throw error;
  } finally {
    ended.forget();
  }
}

function laneOf(lanes: WorkerParts['lanes'], { kind }: JobRequest): Lane {
  const lane = lanes[kind];
  if (lane) return lane;
  throw new TypeError(`Expected a lane for jobs of kind ${kind}, found none.`);
}

function notThere(error: unknown): undefined {
  if (error instanceof ProblemError) return undefined;
  throw error;
}

/** Notes progress now and then; a note that cannot be written is left out. */
function progressReport(jobs: Jobs, id: string, claim: string): (progress: Progress) => void {
  let nextMs = 0;
  return (progress) => {
    const nowMs = performance.now();
    if (nowMs < nextMs) return;
    nextMs = nowMs + PROGRESS_EVERY_MS;
    jobs.advance(id, claim, progress).catch(() => {});
  };
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
  const ended = linkedSignal(signal);
  const watching = new AbortController();
  jobs.finished(id, watching.signal).then(
    ({ status }) => ended.abort(new Error(`The job is ${status}.`)),
    // Removed meanwhile; or nobody waits any more.
    (reason: unknown) => ended.abort(reason),
  );
  return {
    signal: ended.signal,
    forget() {
      ended.release();
      watching.abort();
    },
  };
}
