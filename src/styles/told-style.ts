/**
 * The weights of a style told from its picture. What a predictor tells paints in about the picture's colors; how far they are off
 * can be seen in a painting, and half of that is taken back: all of it would overdo it where a photograph has other colors than
 * the sample.
 */

import { memoized } from '../concurrency/memoized.ts';
import { resize } from '../images/resize.ts';
import { type Engine, paintAll } from '../network/engine.ts';
import { type ColorChange, recolored } from '../network/recolored.ts';
import type { StylePredictor } from '../network/style-predictor.ts';
import { networkOf, type Weights } from '../network/weights.ts';
import {
  applied,
  matrix,
  type Palette,
  paletteOf,
  transport,
  triple,
} from '../pictures/palette.ts';
import { fitted, type Picture } from '../pictures/picture.ts';
import { samplePicture } from './import.ts';

/** Share of the way from the form of paintings' colors to that of the picture's. */
const SHARE = 0.5;

/** How far clouds of colors are shrunk or stretched at most, before it is shared. */
const LIMITS = [0.3, 1.3] as const;

/** Long edge in pixels of the sample that is painted. */
const SAMPLE_LONG_EDGE = 256;

const sample = memoized(async () => {
  const picture = await samplePicture();
  return resize(picture, fitted(picture, SAMPLE_LONG_EDGE));
});

/** `painting` has the size of `seenExtent`; the engine paints with what is told. */
export async function tellStyle(
  painting: Picture,
  predictor: StylePredictor,
  engine: Engine,
): Promise<Weights> {
  const weights = await predictor.predict(painting);
  const network = networkOf(weights);
  const [painted] = await paintAll(engine, { network, weights }, [await sample()]);
  return recolored(weights, nearer(paletteOf(painted!), paletteOf(painting)));
}

/** The middle is brought to where it should be, the form half of the way. */
function nearer(painted: Palette, wanted: Palette): ColorChange {
  const all = transport(painted.covariance, wanted.covariance, LIMITS);
  const map = matrix((row, column) => {
    const own = row === column ? 1 : 0;
    return own + SHARE * (all[row][column] - own);
  });
  const moved = applied(map, painted.mean);
  return { map, added: triple((color) => wanted.mean[color] - moved[color]) };
}
