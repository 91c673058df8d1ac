/** A request for a painted video, on its way to becoming a job. */

import type { Context } from 'hono';
import { invalidField } from '../errors.ts';
import { FINAL_STATUSES, type Job, type JobRequest, type Status } from '../jobs/job.ts';
import { inputKey } from '../jobs/stylization/kind.ts';
import { previewKey, type VideoWork, videoKind } from '../jobs/video/kind.ts';
import { recordedVideoOptions } from '../jobs/video/options.ts';
import { VIDEO_OPTIONS } from '../options/video.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import { sourceProblem } from '../sources/problems.ts';
import { checkRange, type VideoStylizeOptions } from '../stylization/video/options.ts';
import { containerOf } from '../video/container.ts';
import type { ReceivedBody } from './body.ts';
import { callerOf } from './caller.ts';
import { requestIdOf } from './observation.ts';
import { type DeliveryFields, videoOptionsSchema, videoOptionValues } from './option-schemas.ts';
import { originOf } from './origin.ts';
import { readParts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import { videoText } from './schemas.ts';
import { readMix } from './stylization-request.ts';
import { callerDigest, fingerprint } from './submission.ts';
import { parseFields } from './validation.ts';

const VIDEO_FORM = {
  field: 'video',
  noun: 'a video',
  options: VIDEO_OPTIONS,
  schema: videoText,
} as const;

interface VideoRequest {
  readonly video: ImageReference;
  readonly options: VideoStylizeOptions;
  readonly webhook: { readonly url: string; readonly events: readonly Status[] } | undefined;
}

/** Accepts the job: when it resolves, nothing is lost if this process ends. Throws problems. */
export async function submitVideo(
  c: Context,
  services: Services,
  received: ReceivedBody,
  { cancelAfterMs }: Preferences,
  id: string,
): Promise<Job> {
  const { jobs, blobs, catalog, config } = services;
  const { video, options, webhook } = await readVideoRequest(c, received, services);
  catalog.resolve(options.style);
  const digest = 'bytes' in video ? fingerprint(video.bytes) : '';
  const own = inputKey(id, digest || 'upload');
  if ('bytes' in video) await blobs.write(own, video.bytes);
  // An upload is not kept for as long as a job may wait.
  const isOurs = 'bytes' in video || ('key' in video && (await blobs.copy(video.key, own)));
  const asked = 'bytes' in video ? digest : video;
  const recorded = recordedVideoOptions(options);
  const now = Date.now();
  const work: VideoWork = {
    video: isOurs || 'bytes' in video ? { key: own } : video,
    options: recorded,
    preview: previewKey(id),
  };
  const request: JobRequest = {
    id,
    fingerprint: fingerprint(JSON.stringify(['video', recorded, webhook, asked])),
    createdAt: new Date(now).toISOString(),
    kind: videoKind.name,
    work,
    origin: originOf(c, config),
    ...(webhook && { webhook }),
    ...(cancelAfterMs && { deadlineAt: new Date(now + cancelAfterMs).toISOString() }),
    caller: callerDigest(callerOf(c, config)),
    requestId: requestIdOf(c),
  };
  return (await jobs.submit(request)).job;
}

async function readVideoRequest(
  c: Context,
  received: ReceivedBody,
  { defaultMix, checkAddress }: Services,
): Promise<VideoRequest> {
  const { file: video, fields } = await readParts(c, received, VIDEO_FORM);
  // Null says, as JSON does, that there is none.
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  const parsed = parseFields(videoOptionsSchema, Object.fromEntries(given));
  const { webhook, webhook_events_filter: events = FINAL_STATUSES } = parsed as DeliveryFields;
  const { style, ...options } = videoOptionValues(parsed);
  checkRange(options);
  const refused = webhook === undefined ? undefined : checkAddress(webhook);
  if (refused !== undefined) throw invalidField('/webhook', refused);
  const unreachable = 'url' in video ? checkAddress(video.url) : undefined;
  if (unreachable !== undefined) throw sourceProblem('source-refused', unreachable);
  // What is plainly something else is refused before it is kept.
  if ('bytes' in video) containerOf(video.bytes);
  return {
    video,
    options: { ...options, style: style === undefined ? defaultMix : readMix(style) },
    webhook: webhook === undefined ? undefined : { url: webhook, events: [...new Set(events)] },
  };
}
