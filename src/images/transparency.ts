/**
 * Gives transparent pixels the color of what is visible around them, so that the network sees no
 * edge where the picture has none and no color that nobody was meant to see.
 *
 * A pyramid (Gortler et al., "The Lumigraph", 1996, "pull-push"): each level averages visible
 * color over 4 x 4 pixels; then each level is laid over the enlarged one below.
 */

import sharp, { type Sharp } from 'sharp';
import type { Extent, Picture } from '../pictures/picture.ts';
import type { PhotoHeader } from './header.ts';

const STEP = 4;

/** What a picture without any visible pixel is filled with. */
const NOTHING_VISIBLE = { r: 128, g: 128, b: 128 };

interface Rgba extends Picture {
  /** Four bytes per pixel. */
  readonly data: Uint8Array;
}

/**
 * How many times its alpha a pixel's own color counts. At its own size every pixel that is visible at
 * all has its own; where resizing has mixed them, very faint ones have hardly any.
 */
export function alphaGain({ extent }: PhotoHeader, { width, height }: Extent): number {
  return width === extent.width && height === extent.height ? 255 : 16;
}

/**
 * RGBA (not premultiplied) -> RGB without a trace of hidden color; `gain` as {@link alphaGain}
 * gives it.
 */
export async function fillTransparent(level: Rgba, gain: number): Promise<Picture> {
  const { width, height } = level;
  const own = await strengthened(level, gain);
  if (width === 1 && height === 1) {
    return raw(image(own, 4).flatten({ background: NOTHING_VISIBLE }));
  }
  const below = await fillTransparent(await shrunk(level), 1);
  const background = image(below, 3).resize({ width, height, fit: 'fill', kernel: 'linear' });
  const input = Buffer.from(own.data);
  const layer = { input, raw: { width, height, channels: 4 as const } };
  return raw(
    image(await raw(background), 3)
      .composite([layer])
      .removeAlpha(),
  );
}

/** One level down; a pixel is as good as opaque where a sixteenth of its area is. */
async function shrunk(level: Rgba): Promise<Rgba> {
  const width = Math.ceil(level.width / STEP);
  const height = Math.ceil(level.height / STEP);
  const smaller = image(level, 4).resize({ width, height, fit: 'fill', kernel: 'linear' });
  return strengthened(await raw(smaller), STEP * STEP);
}

/** With that many times the alpha, at most opaque. */
async function strengthened(level: Rgba, gain: number): Promise<Rgba> {
  if (gain === 1) return level;
  return raw(image(level, 4).linear([1, 1, 1, gain], [0, 0, 0, 0]));
}

function image({ width, height, data }: Picture, channels: 3 | 4): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function raw(pipeline: Sharp): Promise<Picture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
