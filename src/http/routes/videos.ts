/** Videos: submitted as jobs, and what becomes of them. */

import { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Config } from '../../config/config.ts';
import { isFinished } from '../../jobs/job.ts';
import { videoKind } from '../../jobs/video/kind.ts';
import type { Services } from '../../services/services.ts';
import { VIDEO_MEDIA_TYPES } from '../../video/container.ts';
import { checkVideoPrograms } from '../../video/program.ts';
import { codeSamples, type FileRequest, fileRequestBody } from '../bodies.ts';
import type { ReceiveBody } from '../body.ts';
import { EXAMPLES } from '../examples.ts';
import { describeJob, type JobAddresses, jobRoutesOf, NO_STORE } from '../job-routes.ts';
import { BODY_PROBLEMS, problems } from '../openapi.ts';
import { videoOptionFields, videoOptionsSchema } from '../option-schemas.ts';
import { idOfIdempotencyKey, readPreferences } from '../preferences.ts';
import { type Route, route } from '../route.ts';
import { videoFileSchema, videoText } from '../schemas.ts';
import { submitVideo } from '../video-request.ts';
import { videoSchema, videosSchema } from '../video-schemas.ts';
import { checkedId } from './stylizations.ts';

const VIDEOS = {
  kind: videoKind.name,
  path: '/v1/videos',
  tag: 'videos',
  name: 'Video',
  notFound: videoKind.notFound,
  example: 'clip-17',
  schema: videoSchema,
  listSchema: videosSchema,
  canceling: 'What is being painted stops at its next frame; what is finished stays so.',
  removing: 'Remove a video and all that is kept for it',
} as const satisfies JobAddresses;

const fileRequest: FileRequest = {
  path: VIDEOS.path,
  field: 'video',
  file: videoFileSchema,
  text: videoText,
  options: videoOptionFields,
  mediaTypes: [...VIDEO_MEDIA_TYPES, 'image/gif'],
  example: {
    fileName: 'clip.mp4',
    outputName: 'video.json',
    texts: { address: 'https://videos.example/clip.mp4', upload: EXAMPLES.Upload.image },
    options: { style: 'udnie', end: 20 },
  },
};

const request = { query: videoOptionsSchema, body: fileRequestBody(fileRequest) };

const described = { 'application/json': { schema: videoSchema } };

const responses = {
  200: { description: 'It is finished: the same was asked for before.', content: described },
  202: {
    description: 'Accepted: it is painted as soon as possible, whatever happens to this server.',
    headers: z.object({ location: z.string(), 'retry-after': z.string() }),
    content: described,
  },
  ...problems(
    'malformed-body',
    'style-not-found',
    'video-unreadable',
    'video-unavailable',
    'source-refused',
    ...BODY_PROBLEMS,
    'conflict',
    'gone',
    'invalid-request',
    'internal',
    'shutting-down',
    'storage-full',
  ),
};

const body = {
  mediaTypes: [
    'multipart/form-data',
    'application/json',
    'video/*',
    'image/gif',
    'application/octet-stream',
  ],
  maxBytes: ({ MAX_VIDEO_BYTES }: Config) => MAX_VIDEO_BYTES,
};

const cancelAfter = z
  .string()
  .optional()
  .openapi({ description: 'Give up after so long, such as `90s` or `5m`.' });

const postContract = {
  method: 'post',
  path: '/v1/videos',
  scope: 'paint',
  operationId: 'createVideo',
  tags: ['videos'],
  summary: 'Turn a video into a painted one',
  description:
    'Send the video as a form, as raw bytes or as JSON with a data URL, an address or an upload. It is ' +
    'painted as a job: the answer comes at once, progress by `GET` or as events. Sound and the exact time of ' +
    'every frame are kept. An Idempotency-Key makes repeating the request safe.',
  request: {
    ...request,
    headers: z.object({ 'idempotency-key': z.string().optional(), 'cancel-after': cancelAfter }),
  },
  'x-codeSamples': codeSamples(fileRequest),
  responses,
  body,
} as const;

const putContract = {
  method: 'put',
  path: '/v1/videos/{id}',
  scope: 'paint',
  operationId: 'putVideo',
  tags: ['videos'],
  summary: 'The same under an id of your own',
  description:
    'However often it is sent, there is one video: the same request again gets the one that is there, ' +
    'another one gets 409.',
  request: {
    ...request,
    params: z.object({ id: z.string().openapi({ example: VIDEOS.example }) }),
    headers: z.object({ 'cancel-after': cancelAfter }),
  },
  responses,
  body,
} as const;

export function videoRoutes(): Route[] {
  return [
    route(postContract, ({ c, receive, services }) =>
      accept(c, services, receive, idOfIdempotencyKey(c) ?? crypto.randomUUID()),
    ),
    route(putContract, ({ c, params, receive, services }) =>
      accept(c, services, receive, checkedId(params.id)),
    ),
    ...jobRoutesOf(VIDEOS),
  ];
}

async function accept(
  c: Context,
  services: Services,
  receive: ReceiveBody,
  id: string,
): Promise<Response> {
  // Where nobody else works on jobs, what cannot be done here is not accepted.
  if (services.config.JOBS_QUEUE_URL === '') checkVideoPrograms();
  const preferences = readPreferences(c);
  const job = await receive((received) => submitVideo(c, services, received, preferences, id));
  const headers = { ...NO_STORE, location: `${VIDEOS.path}/${job.request.id}` };
  const description = await describeJob(c, services, job);
  return isFinished(job)
    ? c.json(description, 200, headers)
    : c.json(description, 202, { ...headers, 'retry-after': '1' });
}
