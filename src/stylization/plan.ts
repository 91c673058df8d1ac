/** What is known of a stylization by its header and its options, before any pixel of it. */

import { ProblemError } from '../errors.ts';
import type { DecodeLimits, PhotoHeader } from '../images/header.ts';
import { decodedBytes } from '../images/memory.ts';
import { formatsFor, type OutputFormat } from '../pictures/formats.ts';
import { levelsFor } from '../pictures/levels.ts';
import { type Extent, fitted, paintedPixels } from '../pictures/picture.ts';
import type { StylizeOptions } from './options.ts';

export interface StylizerLimits extends DecodeLimits {
  /** Larger pictures are painted in strips. */
  readonly wholePixels: number;
  /** What takes more bytes of memory to decode waits for its turn with larger pictures. */
  readonly wholeBytes: number;
  /** What takes more bytes of memory to decode is refused. */
  readonly maxDecodedBytes: number;
}

type Levels = readonly [Extent, ...Extent[]];

export interface Plan {
  readonly header: PhotoHeader;
  readonly options: StylizeOptions;
  /** Of the painting. */
  readonly output: Extent;
  /** At which the network paints, coarse to fine. */
  readonly levels: Levels;
  /** Formats that can hold the painting, best first. */
  readonly formats: readonly OutputFormat[];
  /** Larger levels are painted in strips. */
  readonly wholePixels: number;
  /** Whether its pictures lie in files, as some of them do not fit in memory. */
  readonly isOnDisk: boolean;
  /** Whether it takes so much memory that few of its kind may be under way. */
  readonly isLarge: boolean;
  /** What the time for it grows with, in painted pixels. */
  readonly workSize: number;
}

/** `formats` are those the caller takes, best first. Throws an `image-too-large` problem. */
export function planStylization(
  header: PhotoHeader,
  options: StylizeOptions,
  formats: readonly OutputFormat[],
  limits: StylizerLimits,
): Plan {
  checkMemory(header, limits);
  const output = outputExtent(header, options);
  const levels = canvasLevels(output, options, limits);
  const possible = possibleFormats(formats, output);
  const isOnDisk = [output, ...levels].some((extent) => exceedsMemory(extent, limits));
  return {
    header,
    options,
    output,
    levels,
    formats: possible,
    wholePixels: limits.wholePixels,
    isOnDisk,
    isLarge: isOnDisk || decodedBytes(header) > limits.wholeBytes,
    workSize: workSize(header, levels),
  };
}

/** Shorter sides than this are painted whole: they could not be mirrored by a network's margin. */
const MIN_STRIP_SIDE = 64;

export function isPaintedInStrips(
  extent: Extent,
  { wholePixels }: Pick<Plan, 'wholePixels'>,
): boolean {
  const isThin = Math.min(extent.width, extent.height) < MIN_STRIP_SIDE;
  return !isThin && paintedPixels(extent) > wholePixels;
}

/** Throws an `image-too-large` problem. */
export function checkMemory(header: PhotoHeader, { maxDecodedBytes }: StylizerLimits): void {
  const bytes = decodedBytes(header);
  if (bytes <= maxDecodedBytes) return;
  const { format, extent } = header;
  throw new ProblemError(
    'image-too-large',
    `Expected an image that takes at most ${maxDecodedBytes} bytes of memory to decode; ` +
      `${extent.width} x ${extent.height} pixels of ${format.toUpperCase()} take ${bytes}.`,
  );
}

function outputExtent({ extent }: PhotoHeader, { maxSize }: StylizeOptions): Extent {
  return maxSize === undefined ? extent : fitted(extent, maxSize);
}

/** Throws an `image-too-large` problem where strokes so fine need too large a canvas. */
function canvasLevels(
  output: Extent,
  options: StylizeOptions,
  { maxPixels }: DecodeLimits,
): Levels {
  const levels = levelsFor(output, options);
  const [first] = levels;
  if (paintedPixels(first) <= maxPixels) return levels;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${maxPixels} pixels to paint; stroke_size ${options.strokeSize} makes ` +
      `${first.width} x ${first.height} of them. Use a larger stroke_size or max_size.`,
  );
}

function possibleFormats(formats: readonly OutputFormat[], output: Extent): OutputFormat[] {
  const longEdge = Math.max(output.width, output.height);
  const possible = formatsFor(formats, longEdge);
  if (possible.length > 0) return possible;
  throw new ProblemError(
    'image-too-large',
    `Expected a picture that ${formats.join(', ')} can hold, got a side of ${longEdge} pixels. ` +
      'Use max_size or another format.',
  );
}

/** Throws an `image-too-large` problem for what is too large to be whole and too thin for strips. */
function exceedsMemory(extent: Extent, limits: StylizerLimits): boolean {
  if (paintedPixels(extent) <= limits.wholePixels) return false;
  if (isPaintedInStrips(extent, limits)) return true;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${limits.wholePixels} pixels (a side counts as 64 at least) where a side is ` +
      `shorter than ${MIN_STRIP_SIDE}, got ${extent.width} x ${extent.height}.`,
  );
}

/** What every painting costs whatever its size, and decoding one pixel, in painted pixels. */
const FIXED_PIXELS = 250_000;
const DECODED_PIXEL = 1 / 8;

function workSize(header: PhotoHeader, levels: readonly Extent[]): number {
  const painted = levels.reduce((sum, level) => sum + paintedPixels(level), 0);
  return painted + decodingSize(header);
}

/** Of work in which nothing is painted. */
export function decodingSize({ extent }: PhotoHeader): number {
  return FIXED_PIXELS + paintedPixels(extent) * DECODED_PIXEL;
}
