/** A photograph painted as the visitor has chosen: at once where it is small, as a job where it is large. */

import { MEDIA_TYPES, type OutputFormat } from '../pictures/formats.ts';
import { type Painted, stylize, stylizeAsJob } from './api.ts';
import { fileFor, type Photo, sizeWithin } from './photo.ts';
import { type Settings, toQuery } from './settings.ts';
import type { WireJob } from './wire.ts';

/** Beyond it a painting may take longer than servers answer within. */
const LARGE_PIXELS = 6_000_000;

/** Rejects as {@link stylize} does. `onProgress` is told of jobs only. */
export function paint(
  photo: Photo,
  settings: Settings,
  signal: AbortSignal,
  onProgress: (job: WireJob) => void,
  format: OutputFormat = 'jpeg',
): Promise<Painted> {
  const file = fileFor(photo, settings.maxSize);
  const query = toQuery(settings);
  query.set('format', format);
  const [width, height] = sizeWithin(photo, settings.maxSize);
  const accept = MEDIA_TYPES[format];
  return width * height > LARGE_PIXELS
    ? stylizeAsJob(file, query, signal, onProgress, accept)
    : stylize(file, query, signal, accept);
}
