/** The use case, bytes to bytes: a photograph and options in, a painting out. */

import { setImmediate } from 'node:timers/promises';
import { abandonable } from '../concurrency/deadline.ts';
import type { Claim, Slots } from '../concurrency/slots.ts';
import { ProblemError } from '../errors.ts';
import { decode } from '../images/decode.ts';
import { encode } from '../images/encode.ts';
import { type DecodeLimits, type PhotoHeader, readHeader } from '../images/header.ts';
import type { HeicDecoder } from '../images/heic/heic.ts';
import { decodedBytes } from '../images/memory.ts';
import { resize } from '../images/resize.ts';
import { bands } from '../pictures/color.ts';
import { firstSuitable, formatsFor, MEDIA_TYPES, type OutputFormat } from '../pictures/formats.ts';
import { levelsFor } from '../pictures/levels.ts';
import type { Extent } from '../pictures/picture.ts';
import { fitted, type Picture, paintedPixels } from '../pictures/picture.ts';
import type { Sessions } from '../styles/sessions.ts';
import type { Spans } from '../telemetry/spans.ts';
import { type Canvas, laidOver, paintCoarseToFine, visible } from './coarse-to-fine.ts';
import {
  type Encoded,
  type LargeStylization,
  MIN_STRIP_SIDE,
  type Step,
  stylizeLarge,
} from './large-pictures.ts';
import type { StylizeOptions } from './options.ts';

export interface Painting extends Extent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly format: OutputFormat;
  readonly mediaType: string;
}

export interface StylizeContext {
  readonly signal: AbortSignal;
  readonly spans: Spans;
  /** Formats the caller takes, best first. */
  readonly formats: readonly OutputFormat[];
  /** Who waits for it, and until when; work without waits for a slot however long it takes. */
  readonly waiter?: Omit<Claim, 'size'>;
}

export interface Stylizer {
  /** Rejects with a `ProblemError`, or with the signal's reason where it aborts. */
  stylize(file: Uint8Array, options: StylizeOptions, context: StylizeContext): Promise<Painting>;
}

export interface StylizerLimits extends DecodeLimits {
  /** Larger pictures are painted in strips. */
  readonly wholePixels: number;
  /** What takes more bytes of memory to decode waits for its turn with larger pictures. */
  readonly wholeBytes: number;
  /** What takes more bytes of memory to decode is refused. */
  readonly maxDecodedBytes: number;
}

export interface StylizerParts {
  readonly sessions: Sessions;
  readonly slots: Slots;
  /** For pictures that are painted in strips, or take much memory to decode. */
  readonly largeSlots: Slots;
  /** For headers, which have to be known before there can be a claim. */
  readonly headerSlots: Slots;
  readonly limits: StylizerLimits;
  readonly heic: HeicDecoder;
  /** Where pictures lie that do not fit in memory. */
  readonly scratchFolder: string;
}

export function createStylizer(parts: StylizerParts): Stylizer {
  const { sessions, limits } = parts;
  return {
    async stylize(file, options, { signal, spans, formats, waiter }) {
      const reading = parts.headerSlots.run(
        signal,
        () => spans.measure('header', () => readHeader(file, limits)),
        waiter && { ...waiter, size: 1 },
      );
      const header = await abandonable(signal, reading);
      checkMemory(header, limits);
      const output = outputExtent(header, options);
      const levels = canvasLevels(output, options, limits);
      const possible = possibleFormats(formats, output);
      const step: Step = (name, work) => {
        signal.throwIfAborted();
        return spans.measure(name, work);
      };
      const queued = performance.now();
      const inStrips = [output, ...levels].some((extent) => isLarge(extent, limits));
      const paint = async (): Promise<Painting> => {
        spans.add('queue', performance.now() - queued);
        const readable =
          header.format === 'heic'
            ? await step('unpack', () => parts.heic.toTiff(file, header, signal))
            : file;
        const work = { file: readable, header, options, output, levels, formats: possible };
        const { bytes, format } = inStrips
          ? await stylizeLarge(toLarge(work, limits), sessions, parts.scratchFolder, step, signal)
          : await stylizeWhole(work, sessions, step);
        return { bytes, format, mediaType: MEDIA_TYPES[format], ...output };
      };
      const alone = inStrips || decodedBytes(header) > limits.wholeBytes;
      const slots = alone ? parts.largeSlots : parts.slots;
      // The caller is answered at once; the slot is freed when the step under way has ended.
      const claim = waiter && { ...waiter, size: workSize(header, levels) };
      return abandonable(signal, slots.run(signal, paint, claim));
    },
  };
}

/** Throws an `image-too-large` problem. */
function checkMemory(header: PhotoHeader, { maxDecodedBytes }: StylizerLimits): void {
  const bytes = decodedBytes(header);
  if (bytes <= maxDecodedBytes) return;
  const { format, extent } = header;
  throw new ProblemError(
    'image-too-large',
    `Expected an image that takes at most ${maxDecodedBytes} bytes of memory to decode; ` +
      `${extent.width} x ${extent.height} pixels of ${format.toUpperCase()} take ${bytes}.`,
  );
}

/** What every painting costs whatever its size, and decoding one pixel, in painted pixels. */
const FIXED_PIXELS = 250_000;
const DECODED_PIXEL = 1 / 8;

/** What the time for a painting grows with. */
function workSize({ extent }: PhotoHeader, levels: readonly Extent[]): number {
  const painted = levels.reduce((sum, level) => sum + paintedPixels(level), 0);
  return FIXED_PIXELS + painted + paintedPixels(extent) * DECODED_PIXEL;
}

type Levels = ReturnType<typeof levelsFor>;

interface Work {
  readonly file: Uint8Array;
  readonly header: PhotoHeader;
  readonly options: StylizeOptions;
  /** Of the painting. */
  readonly output: Extent;
  /** At which the network paints, coarse to fine. */
  readonly levels: Levels;
  /** Formats that can hold the painting, best first. */
  readonly formats: readonly OutputFormat[];
}

/** In memory. */
async function stylizeWhole(
  { file, header, options, output, levels, formats }: Work,
  sessions: Sessions,
  step: Step,
): Promise<Encoded> {
  const { picture, alpha } = await step('decode', () => decode({ file, header }, output));
  const canvas: Canvas<Picture> = {
    resize: (from, extent) => step('resize', () => resize(from, extent)),
    paint: (from) => step('inference', () => sessions.paint(options.style, from)),
    combine: (from, others, change) => step('combine', () => changed(from, others, change)),
    drop: async () => {},
    read: async (from) => from,
    write: async (from) => from,
  };
  const painting = await paintCoarseToFine(picture, levels, options.detail, canvas);
  const sized = await canvas.resize(painting, picture);
  const painted = await laidOver(sized, picture, visible(options, alpha !== undefined), canvas);
  const format = firstSuitable(formats, alpha !== undefined) ?? 'png';
  const bytes = await step('encode', () =>
    encode(painted, alpha, { format, quality: options.quality }),
  );
  return { bytes, format };
}

async function changed(
  { data, ...extent }: Picture,
  others: readonly Picture[],
  change: (bytes: Uint8Array, others: readonly Uint8Array[]) => void,
): Promise<Picture> {
  const copy: Picture = { ...extent, data: Uint8Array.from(data) };
  for (const [begin, end] of bands(copy)) {
    const parts = others.map((other) => other.data.subarray(begin, end));
    change(copy.data.subarray(begin, end), parts);
    await setImmediate();
  }
  return copy;
}

function toLarge({ options, ...work }: Work, { wholePixels }: StylizerLimits): LargeStylization {
  const { style, quality, detail } = options;
  return { ...work, mix: style, quality, detail, combination: options, wholePixels };
}

/** Throws an `image-too-large` problem for what is too large to be whole and too thin for strips. */
function isLarge(extent: Extent, { wholePixels }: StylizerLimits): boolean {
  if (paintedPixels(extent) <= wholePixels) return false;
  if (Math.min(extent.width, extent.height) >= MIN_STRIP_SIDE) return true;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${wholePixels} pixels (a side counts as 64 at least) where a side is ` +
      `shorter than ${MIN_STRIP_SIDE}, got ${extent.width} x ${extent.height}.`,
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
