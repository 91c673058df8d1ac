/** Pictures that nobody would call a painting, and what becomes of each when its style is asked for. */

import sharp from 'sharp';
import type { ProblemType } from '../../src/errors.ts';
import { bomb, halfTransparent, jpeg, plain } from './pictures.ts';

const frames = await Promise.all([1, 2, 3].map((seed) => jpeg(40, 30, seed)));

const letters =
  '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200"><rect width="100%" height="100%" fill="#fff"/><text x="10" y="90" font-size="40">Not a painting</text></svg>';

/** Noise in every channel of every pixel, as no lens would see it. */
const noise = () =>
  sharp({
    create: {
      width: 120,
      height: 90,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 90 },
    },
  });

export interface HostileStyle {
  readonly file: () => Promise<Buffer>;
  /** Absent where a style comes of it. */
  readonly problem?: ProblemType;
}

export const HOSTILE_STYLES: Readonly<Record<string, HostileStyle>> = {
  flat: { file: () => plain(64, 64, '#c04020').png().toBuffer() },
  'of one pixel': { file: () => plain(1, 1, '#c04020').png().toBuffer() },
  noise: { file: () => noise().png().toBuffer() },
  'of letters': { file: () => sharp(Buffer.from(letters)).png().toBuffer() },
  'of 100 megapixels': { file: async () => bomb(10_000, 10_000) },
  'half transparent': { file: () => halfTransparent().png().toBuffer() },
  animated: {
    file: () =>
      sharp(frames, { join: { animated: true } })
        .gif()
        .toBuffer(),
  },
  'of 144 megapixels': { file: async () => bomb(12_000, 12_000), problem: 'image-too-large' },
  truncated: {
    file: async () => (await jpeg(200, 150)).subarray(0, 2000),
    problem: 'image-unreadable',
  },
  'a text': { file: async () => Buffer.from('no picture'), problem: 'unsupported-media-type' },
  'a script': {
    file: async () => Buffer.from(letters),
    problem: 'unsupported-media-type',
  },
};
