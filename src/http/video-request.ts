/** A request for a painted video, on its way to becoming a job. */

import type { Context } from 'hono';
import { previewKey } from '../jobs/files.ts';
import type { Job, JobRequest } from '../jobs/job.ts';
import { type VideoWork, videoKind } from '../jobs/video/kind.ts';
import { recordedVideoOptions } from '../jobs/video/options.ts';
import { VIDEO_OPTIONS } from '../options/video.ts';
import type { Services } from '../services/services.ts';
import type { ImageReference } from '../sources/image-source.ts';
import { checkRange, type VideoStylizeOptions } from '../stylization/video/options.ts';
import { containerOf } from '../video/container.ts';
import type { ReceivedBody } from './body.ts';
import { type DeliveryFields, videoOptionsSchema, videoOptionValues } from './option-schemas.ts';
import { readParts } from './parts.ts';
import type { Preferences } from './preferences.ts';
import { videoText } from './schemas.ts';
import { askedBy, keepFile, requestFor } from './submission.ts';
import { parseFields } from './validation.ts';
import { checkReachable, givenFields, type Reading, styleOf, webhookOf } from './wishes.ts';

const VIDEO_FORM = {
  field: 'video',
  noun: 'a video',
  options: VIDEO_OPTIONS,
  schema: videoText,
} as const;

interface VideoRequest {
  readonly video: ImageReference;
  readonly options: VideoStylizeOptions;
  readonly webhook: JobRequest['webhook'];
}

/** Accepts the job: when it resolves, nothing is lost if this process ends. Throws problems. */
export async function submitVideo(
  c: Context,
  services: Services,
  received: ReceivedBody,
  { cancelAfterMs }: Preferences,
  id: string,
): Promise<Job> {
  const { jobs, blobs, repertoire } = services;
  const { video, options, webhook } = await readVideoRequest(c, received, services);
  await repertoire.resolve(options.style);
  const { asked, digest, kept } = await keepFile(id, video, blobs);
  const recorded = recordedVideoOptions(options);
  const work: VideoWork = { video: kept, options: recorded, preview: previewKey(id) };
  const request = requestFor(
    askedBy(c, services, id, cancelAfterMs),
    videoKind.name,
    work,
    [recorded, webhook, asked, digest],
    webhook,
  );
  return (await jobs.submit(request)).job;
}

async function readVideoRequest(
  c: Context,
  received: ReceivedBody,
  reading: Reading,
): Promise<VideoRequest> {
  const { file: video, fields } = await readParts(c, received, VIDEO_FORM);
  const parsed = parseFields(videoOptionsSchema, givenFields(fields));
  const { style, ...options } = videoOptionValues(parsed);
  checkRange(options);
  const webhook = webhookOf(parsed as DeliveryFields, reading);
  checkReachable(video, reading);
  // What is plainly something else is refused before it is kept.
  if ('bytes' in video) containerOf(video.bytes);
  return { video, options: { ...options, style: styleOf(style, reading) }, webhook };
}
