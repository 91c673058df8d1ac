/** Examples in the API's description: one of everything that is answered, and of every problem. */

import { type ProblemType, problemTypes } from '../errors.ts';
import { FINAL_STATUSES, type Status } from '../jobs/job.ts';
import { toAnswer } from '../options/records.ts';
import { PAINTING_OPTIONS } from '../options/stylization.ts';
import { LEARNING_OPTIONS } from '../options/training.ts';
import { FILM_OPTIONS } from '../options/video.ts';

const STYLIZATION_ID = 'order-1234';
const ORIGIN = 'https://impasto.example';

const stylization = {
  id: STYLIZATION_ID,
  status: 'succeeded',
  created_at: '2026-05-04T09:30:00.000Z',
  started_at: '2026-05-04T09:30:00.020Z',
  completed_at: '2026-05-04T09:30:00.051Z',
  expires_at: '2026-05-05T09:30:00.051Z',
  attempts: 1,
  progress: null,
  batch: null,
  style: 'great-wave:0.6,starry-night:0.4',
  options: { ...toAnswer(PAINTING_OPTIONS, {}), max_size: 1024 },
  output: {
    url: `${ORIGIN}/v1/blobs/jobs/${STYLIZATION_ID}/output.jpeg?expires=1777890600&signature=…`,
    media_type: 'image/jpeg',
    width: 1024,
    height: 683,
    bytes: 183_422,
  },
  error: null,
  timings_ms: { decode: 4.1, inference: 21.7, encode: 3.2, store: 1.4 },
};

const style = {
  id: 'starry-night',
  title: 'The Starry Night',
  artist: 'Vincent van Gogh',
  year: '1889',
  rights: 'Public domain',
  network: 'impasto-24-48-5',
  parameters: 233_652,
  preview_url: '/v1/styles/starry-night/preview',
  learned: false,
  instant: false,
  ranges_url: '/v1/styles/starry-night/ranges.json',
};

const delivery = {
  id: `${STYLIZATION_ID}.4`,
  event: 4,
  type: 'stylization.succeeded',
  status: 'delivered',
  attempts: [{ at: '2026-05-04T09:30:00.080Z', status: 204, error: null, duration_ms: 31 }],
};

const training = {
  id: '7d6c1f0e-5b1e-4f0c-9a43-5d2c8e1b9f60',
  status: 'succeeded',
  created_at: '2026-05-04T09:30:00.000Z',
  started_at: '2026-05-04T09:30:00.021Z',
  completed_at: '2026-05-04T09:31:12.480Z',
  expires_at: '2026-05-05T09:31:12.480Z',
  attempts: 1,
  progress: null,
  batch: null,
  error: null,
  timings_ms: { fetch: 0.4, learn: 72_301.5, store: 31.2 },
  style: {
    id: 'my-waves',
    title: 'my-waves',
    artist: 'Unknown',
    year: 'undated',
    rights: 'my own work',
  },
  options: toAnswer(LEARNING_OPTIONS, {}),
  preview: `${ORIGIN}/v1/blobs/jobs/7d6c1f0e-5b1e-4f0c-9a43-5d2c8e1b9f60/preview.jpg?expires=1777890600&signature=…`,
  output: { url: '/v1/styles/my-waves', preview_url: '/v1/styles/my-waves/preview' },
};

const video = {
  id: 'clip-17',
  status: 'succeeded',
  created_at: '2026-05-04T09:30:00.000Z',
  started_at: '2026-05-04T09:30:00.021Z',
  completed_at: '2026-05-04T09:30:41.480Z',
  expires_at: '2026-05-05T09:30:41.480Z',
  attempts: 1,
  progress: null,
  batch: null,
  error: null,
  timings_ms: { fetch: 42.1, header: 61.3, plan: 3120.7, paint: 37_551.2, join: 203.9, store: 8.5 },
  style: 'udnie',
  options: { ...toAnswer(FILM_OPTIONS, {}), end: 20, format: 'mp4' },
  preview: `${ORIGIN}/v1/blobs/jobs/clip-17/preview.jpg?expires=1777890600&signature=…`,
  output: {
    url: `${ORIGIN}/v1/blobs/jobs/clip-17/output.mp4?expires=1777890600&signature=…`,
    media_type: 'video/mp4',
    width: 854,
    height: 480,
    bytes: 9_812_004,
    frames: 600,
    duration_seconds: 20,
  },
};

/** By the names of the schemas. */
export const EXAMPLES = {
  PassedStatus: { id: STYLIZATION_ID, status: 'queued', at: '2026-05-04T09:30:00.000Z' },
  Video: video,
  Videos: { videos: [video], next_cursor: null },
  Training: training,
  Trainings: { trainings: [training], next_cursor: null },
  Stylization: stylization,
  Stylizations: { stylizations: [stylization], next_cursor: null },
  Link: {
    url: `${ORIGIN}/?painting=%2Fv1%2Fblobs%2Fjobs%2F${STYLIZATION_ID}%2Foutput.jpeg%3Fexpires%3D1777973400%26signature%3D…`,
    expires_at: stylization.expires_at,
  },
  Batch: {
    id: 'b-7d6c1f0e',
    finished: true,
    succeeded: 1,
    failed: 0,
    canceled: 0,
    stylizations: [{ ...stylization, batch: 'b-7d6c1f0e' }],
  },
  Delivery: delivery,
  Deliveries: { deliveries: [delivery] },
  Upload: {
    image: 'upload:u-51c2d0',
    expires_at: '2026-05-04T10:30:00.000Z',
    put: {
      url: `${ORIGIN}/v1/blobs/uploads/u-51c2d0?expires=1777890600&signature=…`,
      headers: { 'content-type': 'image/jpeg' },
    },
  },
  UploadRequest: { media_type: 'image/jpeg', bytes: 4_812_322 },
  Style: style,
  Styles: {
    styles: [style],
    default_style: 'starry-night',
    can_learn: true,
    can_tell: true,
    link_seconds: 86_400,
  },
  Health: {
    status: 'ok',
    running: 1,
    waiting: 0,
    large: { running: 0, waiting: 0 },
    sessions: 3,
    training: false,
  },
  BatchRequest: {
    style: 'udnie',
    images: [
      'https://images.example/cat.jpg',
      { image: 'https://images.example/dog.jpg', style: 'great-wave' },
    ],
  },
} as const;

/** The example of a job that has succeeded, as it was when it took another status. */
export function jobExample(
  succeeded: typeof stylization | typeof video | typeof training,
  status: Status,
): object {
  if (status === 'succeeded') return succeeded;
  const isFinal = (FINAL_STATUSES as readonly Status[]).includes(status);
  return {
    ...succeeded,
    status,
    ...(status === 'queued' && { started_at: null, attempts: 0 }),
    ...(isFinal ? { error: errorExample(status) } : { completed_at: null, expires_at: null }),
    ...('preview' in succeeded && { preview: null }),
    output: null,
    timings_ms: {},
  };
}

function errorExample(status: Status) {
  const type = status === 'canceled' ? 'canceled' : 'source-failed';
  return { type, ...problemTypes[type], detail: DETAILS[type] };
}

const DETAILS: Readonly<Record<ProblemType, string>> = {
  'invalid-request': 'Expected a number from 0 to 1 for strength, got 1.5.',
  'malformed-body': 'Expected JSON in UTF-8; this body is not.',
  'not-found': 'There is nothing at GET /v1/painting; see /docs.',
  'style-unavailable':
    'A file of the style udnie is missing or damaged here; other styles can be used.',
  'style-not-found': 'Expected one of great-wave, starry-night, the-scream, got "nobody".',
  'stylization-not-found': `Expected a stylization, got ${STYLIZATION_ID}.`,
  'batch-not-found': 'Expected a batch, got b-7d6c1f0e.',
  'key-needed': 'Expected an Authorization header, "Bearer imp_<id>_<secret>".',
  'key-refused': 'Expected a key that is known; this one is not, or was revoked.',
  'scope-missing': 'Expected a key with the scope jobs.',
  'rate-limited': 'Expected at most 10 requests a second of this key.',
  'quota-used-up':
    'Expected at most 1000000000 pixels a day (UTC) of this tenant, by this key; they are used up.',
  'tenant-storage-full':
    'Expected at most 1000000000 bytes to be kept for this tenant, found 999000000 and got 3000000 more.',
  'provider-unavailable': 'The keys that tokens are checked with cannot be read now.',
  forbidden: 'The signature of this URL is wrong, or its time is over.',
  'method-not-allowed': 'Expected GET, HEAD, got DELETE.',
  'not-acceptable':
    'Expected an Accept header with image/jpeg, image/png, image/webp, image/avif or application/json, got text/html.',
  'request-timeout': 'Expected the whole body within 15000 ms.',
  conflict: `The id ${STYLIZATION_ID} belongs to a stylization with another photograph or other options.`,
  'not-finished': 'The stylization is processing.',
  canceled: 'It was canceled by a request.',
  gone: `The stylization ${STYLIZATION_ID} was kept until 2026-05-05T09:30:00.051Z.`,
  'payload-too-large': 'Expected at most 67108864 bytes, got 80000000.',
  'unsupported-media-type':
    'Expected a JPEG, PNG, WebP, AVIF, HEIC, GIF or TIFF image, got PDF data.',
  'source-refused': 'Expected a public address, got 10.0.0.7.',
  'source-failed': 'https://images.example/cat.jpg answered 404.',
  'image-unreadable': 'Expected a complete JPEG image; this one is damaged or cut off.',
  'image-too-large':
    'Expected at most 120000000 pixels (a side counts as 64 at least), got 30000 x 30000.',
  'video-not-found': 'Expected a video, got clip-17.',
  'video-unreadable': 'Expected an MP4, MOV, WebM, Matroska or GIF file, got PDF.',
  'video-too-large':
    'Expected at most 120 seconds, got more. Use start and end to choose a part, or a lower fps.',
  'video-unavailable':
    'Videos need the programs ffmpeg and ffprobe (Debian: "apt-get install ffmpeg"), which are not installed here.',
  'training-not-found': 'Expected a style, got 7d6c1f0e.',
  'training-failed': 'Losses are no longer finite.',
  'training-unavailable':
    'Expected photographs to practice on (TRAINING_PHOTOS_DIR): styles cannot be learned here.',
  'prediction-unavailable':
    'Expected a predictor among the models: no style is told from a picture here.',
  'client-closed-request': 'The connection was closed.',
  internal: 'The failure was recorded under this request id.',
  'slots-full': 'All 3 slots are busy and 16 requests wait.',
  'shutting-down': 'Try again: another instance may answer.',
  'deadline-exceeded':
    'It would take some 45 s, and an answer may take 30 s more. Send "Prefer: respond-async", or ask for a smaller max_size.',
  'storage-full': 'Expected 3000000000 bytes free for a picture of this size, found 120000000.',
};

/** One of the answers that belong to this type. */
export function problemExample(type: ProblemType): object {
  const { status, title } = problemTypes[type];
  return {
    type: `/problems#${type}`,
    title,
    status,
    detail: DETAILS[type],
    instance: 'urn:request:8e0a3e0c-6f0f-4c39-9f3a-2f9a0e6f4b1d',
    ...(type === 'invalid-request' && {
      errors: [{ pointer: '/strength', detail: DETAILS[type] }],
    }),
  };
}
