/** A request on its way to becoming a job: its id, its fingerprint, its file kept. */

import type { Context } from 'hono';
import { sha256Hex } from '../host/digest.ts';
import type { FormatWish } from '../images/format-wish.ts';
import { inputKey, type JobSource } from '../jobs/files.ts';
import type { Job, JobRequest } from '../jobs/job.ts';
import { type StylizationWork, stylizationKind } from '../jobs/stylization/kind.ts';
import { recordedOptions } from '../jobs/stylization/options.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { callerOf } from './caller.ts';
import { requestIdOf } from './observation.ts';
import { originOf } from './origin.ts';
import type { StylizationRequest } from './stylization-request.ts';

/** Who asks for work of any kind, and when. */
export interface Asked {
  readonly id: string;
  readonly origin: string;
  readonly cancelAfterMs: number | undefined;
  readonly batch?: string;
  readonly requestId: string;
  /** As other requests are told apart; kept as a digest. */
  readonly caller: string;
  /** When it was asked for; now where absent. */
  readonly createdAt?: Date;
}

/** By this request, and now. */
export function askedBy(
  c: Context,
  { config }: Pick<Services, 'config'>,
  id: string,
  cancelAfterMs: number | undefined,
): Asked {
  const [origin, caller] = [originOf(c, config), callerOf(c, config)];
  return { id, origin, cancelAfterMs, caller, requestId: requestIdOf(c) };
}

export interface Submission extends Asked {
  readonly request: StylizationRequest;
  readonly formats: FormatWish;
}

/** Accepts the job: when it resolves, nothing is lost if this process ends. */
export async function submit(
  submission: Submission,
  { jobs, blobs }: Services,
): Promise<{ job: Job; created: boolean }> {
  const kept = await keepFile(submission.id, submission.request.image, blobs);
  return jobs.submit(jobRequest(submission, kept));
}

/** A file that came with a request. */
export interface KeptFile {
  /** As it was asked for. */
  readonly asked: JobSource;
  /** Of its bytes, where those were sent. */
  readonly digest: string;
  /** Where the job finds it. */
  readonly kept: JobSource;
}

/** Keeps the file with the job, as an upload is not kept for as long as a job may wait. */
export async function keepFile(
  id: string,
  file: ImageReference,
  blobs: BlobStore,
): Promise<KeptFile> {
  if ('bytes' in file) {
    const digest = sha256Hex(file.bytes);
    const own = { key: inputKey(id, digest) };
    await blobs.write(own.key, file.bytes);
    return { asked: own, digest, kept: own };
  }
  const own = { key: inputKey(id, 'upload') };
  const copied = 'key' in file && (await blobs.copy(file.key, own.key));
  return { asked: file, digest: '', kept: copied ? own : file };
}

export function jobRequest(submission: Submission, { asked, digest, kept }: KeptFile): JobRequest {
  const { request, formats } = submission;
  const options = recordedOptions(request.options);
  const work: StylizationWork = { image: kept, options, formats };
  const told = [options, request.format, request.webhook, asked, digest];
  return requestFor(submission, stylizationKind.name, work, told, request.webhook);
}

/** `told` is all that makes it another request. */
export function requestFor(
  { id, origin, cancelAfterMs, batch, caller, requestId, createdAt = new Date() }: Asked,
  kind: string,
  work: unknown,
  told: readonly unknown[],
  webhook: JobRequest['webhook'],
): JobRequest {
  return {
    id,
    fingerprint: sha256Hex(JSON.stringify(told)),
    createdAt: createdAt.toISOString(),
    kind,
    work,
    origin,
    requestId,
    ...(webhook && { webhook }),
    ...(cancelAfterMs && {
      deadlineAt: new Date(createdAt.getTime() + cancelAfterMs).toISOString(),
    }),
    ...(batch && { batch }),
    // Callers are told apart by it, and it cannot be turned back into one.
    caller: sha256Hex(caller).slice(0, CALLER_DIGITS),
  };
}

/** Enough to tell callers apart. */
const CALLER_DIGITS = 16;
