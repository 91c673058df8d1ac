/** The use case, bytes to bytes: a photograph and options in, a painting out. */

import { setImmediate } from 'node:timers/promises';
import { bands, type Combination, combine, showsPhoto } from './core/color.ts';
import type { Extent } from './core/measures.ts';
import type { StyleMix } from './core/mix.ts';
import { fitted, type Picture, paintedPixels, scaled } from './core/picture.ts';
import type { Claim, Slots } from './engines/slots.ts';
import { ProblemError } from './errors.ts';
import { decode } from './images/decode.ts';
import { encode } from './images/encode.ts';
import { firstSuitable, formatsFor, MEDIA_TYPES, type OutputFormat } from './images/formats.ts';
import { type DecodeLimits, type PhotoHeader, readHeader } from './images/header.ts';
import type { HeicDecoder } from './images/heic/heic.ts';
import { decodedBytes } from './images/memory.ts';
import { resize } from './images/resize.ts';
import { type Encoded, type LargeStylization, type Step, stylizeLarge } from './large-pictures.ts';
import { abandonable } from './signals.ts';
import type { Sessions } from './styles/sessions.ts';
import type { Spans } from './telemetry.ts';

export interface StylizeOptions extends Combination {
  readonly mix: StyleMix;
  /** Size of the brush relative to the trained one, 0.5..2. */
  readonly strokeSize: number;
  /** Long edge of the painting in pixels at most; the photograph's own size where undefined. */
  readonly maxSize: number | undefined;
  /** 1..100; a default per format where undefined. */
  readonly quality: number | undefined;
}

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
      const canvas = canvasExtent(output, options, limits);
      const possible = possibleFormats(formats, output);
      const step: Step = (name, work) => {
        signal.throwIfAborted();
        return spans.measure(name, work);
      };
      const queued = performance.now();
      const inStrips = isLarge(output, limits) || isLarge(canvas, limits);
      const paint = async (): Promise<Painting> => {
        spans.add('queue', performance.now() - queued);
        const readable =
          header.format === 'heic'
            ? await step('unpack', () => parts.heic.toTiff(file, header, signal))
            : file;
        const work = { file: readable, header, options, output, canvas, formats: possible };
        const { bytes, format } = inStrips
          ? await stylizeLarge(toLarge(work), sessions, parts.scratchFolder, step, signal)
          : await stylizeWhole(work, sessions, step);
        return { bytes, format, mediaType: MEDIA_TYPES[format], ...output };
      };
      const alone = inStrips || decodedBytes(header) > limits.wholeBytes;
      const slots = alone ? parts.largeSlots : parts.slots;
      // The caller is answered at once; the slot is freed when the step under way has ended.
      const claim = waiter && { ...waiter, size: workSize(header, canvas) };
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
function workSize({ extent }: PhotoHeader, canvas: Extent): number {
  return FIXED_PIXELS + paintedPixels(canvas) + paintedPixels(extent) * DECODED_PIXEL;
}

interface Work {
  readonly file: Uint8Array;
  readonly header: PhotoHeader;
  readonly options: StylizeOptions;
  /** Of the painting. */
  readonly output: Extent;
  /** At which the network paints. */
  readonly canvas: Extent;
  /** Formats that can hold the painting, best first. */
  readonly formats: readonly OutputFormat[];
}

/** In memory. */
async function stylizeWhole(
  { file, header, options, output, canvas, formats }: Work,
  sessions: Sessions,
  step: Step,
): Promise<Encoded> {
  const { picture, alpha } = await step('decode', () => decode({ file, header }, output));
  const painted = await step('inference', async () => {
    const painting = await sessions.paint(options.mix, await resize(picture, canvas));
    return resize(painting, picture);
  });
  if (showsPhoto(options)) {
    await step('combine', () => combinePictures(painted, picture, options));
  }
  const format = firstSuitable(formats, alpha !== undefined) ?? 'png';
  const bytes = await step('encode', () =>
    encode(painted, alpha, { format, quality: options.quality }),
  );
  return { bytes, format };
}

async function combinePictures(painting: Picture, photo: Picture, combination: Combination) {
  for (const [begin, end] of bands(painting)) {
    combine(painting.data.subarray(begin, end), photo.data.subarray(begin, end), combination);
    await setImmediate();
  }
}

function toLarge({ options, ...work }: Work): LargeStylization {
  const { mix, quality } = options;
  return { ...work, mix, quality, combination: options };
}

/** Shorter sides than this are painted whole: they could not be mirrored by a network's margin. */
const LEAST_LARGE_SIDE = 64;

/** Throws an `image-too-large` problem for what is too large to be whole and too thin for strips. */
function isLarge(extent: Extent, { wholePixels }: StylizerLimits): boolean {
  if (paintedPixels(extent) <= wholePixels) return false;
  if (Math.min(extent.width, extent.height) >= LEAST_LARGE_SIDE) return true;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${wholePixels} pixels (a side counts as 64 at least) where a side is ` +
      `shorter than ${LEAST_LARGE_SIDE}, got ${extent.width} x ${extent.height}.`,
  );
}

function outputExtent({ extent }: PhotoHeader, { maxSize }: StylizeOptions): Extent {
  return maxSize === undefined ? extent : fitted(extent, maxSize);
}

/**
 * The size at which the network paints. Its brush has a fixed size in pixels, so a stroke twice as
 * large is a picture half as large, enlarged afterwards.
 */
function canvasExtent(
  output: Extent,
  { strokeSize }: StylizeOptions,
  { maxPixels }: DecodeLimits,
): Extent {
  const canvas = scaled(output, 1 / strokeSize);
  if (paintedPixels(canvas) <= maxPixels) return canvas;
  throw new ProblemError(
    'image-too-large',
    `Expected at most ${maxPixels} pixels to paint; stroke_size ${strokeSize} makes ` +
      `${canvas.width} x ${canvas.height} of them. Use a larger stroke_size or max_size.`,
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
