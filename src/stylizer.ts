/** The use case, bytes to bytes: a photograph and options in, a painting out. */

import { setImmediate } from 'node:timers/promises';
import { bands, mixIn, preserveColors } from './core/color.ts';
import type { Extent } from './core/measures.ts';
import type { StyleMix } from './core/mix.ts';
import { fitted, type Picture, paintedPixels, scaled } from './core/picture.ts';
import type { Slots } from './engines/slots.ts';
import { ProblemError } from './errors.ts';
import { type DecodeLimits, decode, type PhotoHeader, readHeader } from './images/decode.ts';
import { encode } from './images/encode.ts';
import { firstSuitable, formatsFor, MEDIA_TYPES, type OutputFormat } from './images/formats.ts';
import { resize } from './images/resize.ts';
import { abandonable } from './signals.ts';
import type { Sessions } from './styles/sessions.ts';
import type { Spans } from './telemetry.ts';

export interface StylizeOptions {
  readonly mix: StyleMix;
  /** How much of the painting replaces the photograph, 0..1. */
  readonly strength: number;
  /** Luminance of the painting, chroma of the photograph. */
  readonly preserveColors: boolean;
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
  /** Waits for a slot however many wait before it. */
  readonly patient?: boolean;
}

export interface Stylizer {
  /** Rejects with a `ProblemError`, or with the signal's reason where it aborts. */
  stylize(file: Uint8Array, options: StylizeOptions, context: StylizeContext): Promise<Painting>;
}

/** Runs and times one step, unless the caller is gone or the deadline has passed. */
type Step = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export interface StylizerParts {
  readonly sessions: Sessions;
  readonly slots: Slots;
  readonly limits: DecodeLimits;
}

export function createStylizer({ sessions, slots, limits }: StylizerParts): Stylizer {
  return {
    async stylize(file, options, { signal, spans, formats, patient = false }) {
      const header = await spans.measure('header', () => readHeader(file, limits));
      const output = outputExtent(header, options);
      const canvas = canvasExtent(output, options, limits);
      const possible = possibleFormats(formats, output);
      const step: Step = (name, work) => {
        signal.throwIfAborted();
        return spans.measure(name, work);
      };
      const queued = performance.now();
      const paint = async () => {
        spans.add('queue', performance.now() - queued);
        const { picture, alpha } = await step('decode', () =>
          decode(file, header, output, limits.maxPixels),
        );
        const painted = await step('inference', async () => {
          const painting = await sessions.paint(options.mix, await resize(picture, canvas));
          return resize(painting, picture);
        });
        const combined = await combine(painted, picture, options, step);
        const format = firstSuitable(possible, alpha !== undefined) ?? 'png';
        const bytes = await step('encode', () =>
          encode(combined, alpha, { format, quality: options.quality }),
        );
        const { width, height } = combined;
        return { bytes, format, mediaType: MEDIA_TYPES[format], width, height };
      };
      // The caller is answered at once; the slot is freed when the step under way has ended.
      return abandonable(signal, slots.run(signal, paint, { patient }));
    },
  };
}

/** Colours first, then strength: the mix is with what the caller sees of the painting. */
async function combine(
  painting: Picture,
  photo: Picture,
  { preserveColors: keepColors, strength }: StylizeOptions,
  step: Step,
): Promise<Picture> {
  if (!keepColors && strength === 1) return painting;
  return step('combine', async () => {
    for (const [begin, end] of bands(painting)) {
      const over = painting.data.subarray(begin, end);
      const under = photo.data.subarray(begin, end);
      if (keepColors) preserveColors(over, under);
      if (strength < 1) mixIn(over, under, strength);
      await setImmediate();
    }
    return painting;
  });
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
