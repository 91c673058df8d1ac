/** `ranges.json`: what a style's network needs to compute in 8 bits. */

import { z } from 'zod';
import type { ActivationRanges } from '../network/activation-ranges.ts';

export const RANGES_FILE = 'ranges.json';

const interval = z.tuple([z.number(), z.number()]);

const rangesSchema = z.strictObject({
  /** SHA-256 of the weights that were calibrated. */
  digest: z.string(),
  convolutions: z.record(
    z.string(),
    z.strictObject({ input: interval, output: interval, magnitudes: z.array(z.number()) }),
  ),
});

/** Enough for 8 bits. */
const SIGNIFICANT_DIGITS = 5;

export function writeRanges(digest: string, ranges: ActivationRanges): string {
  const round = (_: string, value: unknown) =>
    typeof value === 'number' ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value;
  return `${JSON.stringify({ digest, convolutions: Object.fromEntries(ranges) }, round)}\n`;
}

/** Throws a `TypeError` where the ranges are of other weights. */
export function readRanges(text: string, digest: string): ActivationRanges {
  const { digest: calibrated, convolutions } = rangesSchema.parse(JSON.parse(text));
  if (calibrated !== digest) {
    throw new TypeError(`Expected ranges of the weights ${digest}, found those of ${calibrated}.`);
  }
  return new Map(Object.entries(convolutions));
}
