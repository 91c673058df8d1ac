/** What a visitor can do about a problem, by its type. */

import type { WireProblem } from './wire.ts';

const ANOTHER_PICTURE = 'Try a JPEG, PNG, WebP, AVIF, HEIC or TIFF file.';
const SMALLER = 'Choose a smaller picture, or a smaller size.';
const LATER = 'Try again in a moment.';
const OPERATOR = 'Try again; if that does not help, tell whoever runs this service.';
const ANOTHER_ADDRESS = 'Save the picture and drop it here, or try another address.';

const ADVICE: Readonly<Record<string, string>> = {
  'image-unreadable': ANOTHER_PICTURE,
  'unsupported-media-type': ANOTHER_PICTURE,
  'image-too-large': SMALLER,
  'payload-too-large': SMALLER,
  'deadline-exceeded': SMALLER,
  'video-unreadable': 'Try an MP4, MOV or WebM file.',
  'video-too-large': 'Try a shorter one.',
  'video-unavailable': 'Whoever runs this service can install ffmpeg.',
  'style-not-found': 'Choose another style.',
  'style-unavailable': 'Choose another style.',
  'training-unavailable':
    'Whoever runs this service can add it, as “Training a style, by request” of its documentation says.',
  'training-failed': 'Try another picture.',
  conflict: 'Choose another title.',
  'source-refused': ANOTHER_ADDRESS,
  'source-failed': ANOTHER_ADDRESS,
  'slots-full': LATER,
  'shutting-down': LATER,
  'rate-limited': LATER,
  'request-timeout': LATER,
  'quota-used-up': 'Come back tomorrow.',
  internal: OPERATOR,
  'storage-full': OPERATOR,
  'tenant-storage-full': OPERATOR,
};

/** What went wrong and what to do about it. */
export function problemText({ type, detail }: WireProblem): string {
  const slug = type?.split('#').at(-1) ?? '';
  return `${detail} ${ADVICE[slug] ?? 'Try again, or change what you have chosen.'}`;
}
