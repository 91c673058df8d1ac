/** A request on its way to becoming a job: its id, its fingerprint, its photograph kept. */

import { createHash } from 'node:crypto';
import type { FormatWish } from '../images/format-wish.ts';
import type { Job, JobRequest } from '../jobs/job.ts';
import { inputKey, type StylizationWork, stylizationKind } from '../jobs/stylization/kind.ts';
import { recordedOptions } from '../jobs/stylization/options.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import type { StylizationRequest } from './stylization-request.ts';

export interface Submission {
  readonly id: string;
  readonly request: StylizationRequest;
  readonly formats: FormatWish;
  readonly origin: string;
  readonly cancelAfterMs: number | undefined;
  readonly batch?: string;
  readonly requestId: string;
  /** As other requests are told apart; kept as a digest. */
  readonly caller: string;
  /** When it was asked for; now where absent. */
  readonly createdAt?: Date;
}

/** Accepts the job: when it resolves, nothing is lost if this process ends. */
export async function submit(
  submission: Submission,
  { jobs, blobs }: Services,
): Promise<{ job: Job; created: boolean }> {
  const { image } = submission.request;
  const digest = 'bytes' in image ? fingerprint(image.bytes) : '';
  const own = inputKey(submission.id, digest || 'upload');
  if ('bytes' in image) {
    await blobs.write(own, image.bytes);
    return jobs.submit(jobRequest(submission, { key: own }, digest));
  }
  // An upload is not kept for as long as a job may wait.
  const copied = 'key' in image && (await blobs.copy(image.key, own));
  return jobs.submit(jobRequest(submission, image, digest, copied ? { key: own } : image));
}

type KeptImage = Exclude<ImageReference, { bytes: Uint8Array }>;

/** `image` is the photograph as it was asked for, `kept` where the job finds it. */
export function jobRequest(
  submission: Submission,
  image: KeptImage,
  digest = '',
  kept = image,
): JobRequest {
  const { id, request, formats, origin, cancelAfterMs, batch, caller, requestId } = submission;
  const { createdAt = new Date() } = submission;
  const { webhook } = request;
  const options = recordedOptions(request.options);
  const asked = JSON.stringify([options, request.format, webhook, image, digest]);
  return {
    id,
    fingerprint: fingerprint(asked),
    createdAt: createdAt.toISOString(),
    kind: stylizationKind.name,
    work: { image: kept, options, formats } satisfies StylizationWork,
    origin,
    requestId,
    ...(webhook && { webhook }),
    ...(cancelAfterMs && {
      deadlineAt: new Date(createdAt.getTime() + cancelAfterMs).toISOString(),
    }),
    ...(batch && { batch }),
    caller: callerDigest(caller),
  };
}

/** Tells callers apart, and cannot be turned back into one. */
export function callerDigest(caller: string): string {
  return fingerprint(caller).slice(0, CALLER_DIGITS);
}

/** Enough to tell callers apart. */
const CALLER_DIGITS = 16;

/** SHA-256 in hex. */
export function fingerprint(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
