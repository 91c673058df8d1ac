/** A job and what comes of it, where neither photograph nor network matters. */

import type { JobRequest } from '../../src/jobs/job.ts';
import type { Painting } from '../../src/stylization/stylizer.ts';

export const PAINTING: Painting = {
  bytes: new Uint8Array([1, 2, 3]),
  format: 'jpeg',
  mediaType: 'image/jpeg',
  width: 1,
  height: 1,
};

export function jobRequest(id: string): JobRequest {
  return {
    id,
    fingerprint: 'f',
    createdAt: new Date().toISOString(),
    kind: 'stylization',
    work: {
      image: { key: 'none' },
      options: { style: 'udnie', strength: 1, preserveColors: false, strokeSize: 1 },
      formats: ['jpeg'],
    },
    origin: '',
  };
}
