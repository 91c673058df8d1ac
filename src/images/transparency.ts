/**
 * Gives transparent pixels the colour of what is visible around them, so that the network sees no
 * edge where the picture has none and no colour that nobody was meant to see.
 *
 * A pyramid (Gortler et al., "The Lumigraph", 1996, "pull-push"): each level averages visible
 * colour over 4 x 4 pixels; then each level is laid over the enlarged one below.
 */

import sharp, { type Sharp } from 'sharp';
import type { Picture } from '../core/picture.ts';

const STEP = 4;

/** What a picture without any visible pixel is filled with. */
const NOTHING_VISIBLE = { r: 128, g: 128, b: 128 };

interface Rgba extends Picture {
  /** Four bytes per pixel. */
  readonly data: Uint8Array;
}

/** RGBA (not premultiplied) -> RGB without a trace of hidden colour. */
export async function fillTransparent(level: Rgba): Promise<Picture> {
  const { width, height } = level;
  if (width === 1 && height === 1) {
    return raw(image(level, 4).flatten({ background: NOTHING_VISIBLE }));
  }
  const below = await fillTransparent(await shrunk(level));
  const background = image(below, 3).resize({ width, height, fit: 'fill', kernel: 'linear' });
  const input = Buffer.from(level.data);
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
  const gain = STEP * STEP;
  return raw(image(await raw(smaller), 4).linear([1, 1, 1, gain], [0, 0, 0, 0]));
}

function image({ width, height, data }: Picture, channels: 3 | 4): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

async function raw(pipeline: Sharp): Promise<Picture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
