/** A kept painting as the bytes of a blob: a line of JSON that describes it, then the painting. */

import { z } from 'zod';
import { FormatError } from '../errors.ts';
import { OUTPUT_FORMATS } from '../pictures/formats.ts';
import type { Painting } from '../stylization/stylizer.ts';
import { digestOf } from './address.ts';

const headSchema = z.object({
  format: z.enum(OUTPUT_FORMATS),
  mediaType: z.string(),
  width: z.number(),
  height: z.number(),
  /** Of the painting's bytes. */
  digest: z.string(),
  /** When it was painted, since 1970. */
  paintedMs: z.number(),
});

export interface KeptPainting {
  readonly painting: Painting;
  readonly paintedMs: number;
}

const LINE_END = '\n'.charCodeAt(0);

/** `paintedMs` counts from 1970. */
export function toEntry(painting: Painting, paintedMs: number): Uint8Array {
  const { bytes, format, mediaType, width, height } = painting;
  const head = { format, mediaType, width, height, digest: digestOf(bytes), paintedMs };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

/** Throws where the bytes are not what {@link toEntry} has made. */
export function fromEntry(entry: Uint8Array<ArrayBuffer>): KeptPainting {
  const end = entry.indexOf(LINE_END);
  const line = new TextDecoder().decode(entry.subarray(0, Math.max(0, end)));
  const { digest, paintedMs, ...described } = headSchema.parse(JSON.parse(line));
  const bytes = entry.subarray(end + 1);
  if (digestOf(bytes) !== digest) throw new FormatError('Expected the painting that was kept.');
  return { painting: { ...described, bytes }, paintedMs };
}
