/** What operators are told of jobs: every status is counted, every end has its log line. */

import type { Log } from '../telemetry/log.ts';
import type { Meter } from '../telemetry/meter.ts';
import { type FinishedJob, isFinished, type Job } from './job.ts';
import type { JobKinds } from './kind.ts';

export interface ObservationParts {
  readonly log: Log;
  readonly meter: Meter;
  readonly kinds: JobKinds;
  readonly tenant?: string | undefined;
}

export function jobObserver({ log, meter, kinds, tenant }: ObservationParts): (job: Job) => void {
  return (job) => {
    const { request } = job;
    const kind = Object.hasOwn(kinds, request.kind) ? request.kind : 'other';
    const status = statusOf(job);
    const ageSeconds = Math.max(0, Date.now() - Date.parse(request.createdAt)) / 1000;
    meter.add('impasto_jobs_total', { kind, status });
    if (status === 'starting') meter.observe('impasto_job_wait_seconds', { kind }, ageSeconds);
    if (!isFinished(job)) return;
    meter.observe('impasto_job_age_seconds', { kind, status }, ageSeconds);
    const { id, requestId } = request;
    const told = { job: id, kind: request.kind, requestId, tenant, ageSeconds, ...outcomeOf(job) };
    if (status === 'buried') log.error(told, 'a job was given up');
    else log.info(told, `a job has ${status === 'canceled' ? 'been canceled' : status}`);
  };
}

/** A job fails as `internal` only where its work was given up: other failures of ours are tried again. */
function statusOf(job: Job): string {
  return job.status === 'failed' && job.problem.type === 'internal' ? 'buried' : job.status;
}

function outcomeOf(job: FinishedJob): object {
  const { attempts } = job;
  if (job.status === 'succeeded') return { attempts, timingsMs: job.timingsMs };
  return job.status === 'failed'
    ? { attempts, problem: job.problem.type, detail: job.problem.detail }
    : { attempts, reason: job.reason };
}
